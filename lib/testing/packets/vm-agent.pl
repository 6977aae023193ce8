# Serves and connects inside one network namespace of the virtual machine's packet tests.
#
#   perl vm-agent.pl serve NAME ADDRESS PORT
#       serves TCP and UDP: every client is told "NAME SOURCE", the source the server saw. Ends when it is ready.
#   perl vm-agent.pl send PROTOCOL ADDRESS PORT COUNT SECONDS FIRST_PORT [SOURCE]
#       connects COUNT times, one after the other, from FIRST_PORT and those that follow it, and prints a line for each:
#       what it was told, "refused", or "silent" when SECONDS went by without an answer; anything else ends it.
use strict;
use warnings;
use Errno qw(ECONNREFUSED EINPROGRESS EPERM);
use Socket qw(:DEFAULT AF_INET6 SOCK_DGRAM SOCK_STREAM SOCK_NONBLOCK inet_ntop inet_pton
  pack_sockaddr_in pack_sockaddr_in6 sockaddr_family unpack_sockaddr_in unpack_sockaddr_in6);

sub place {
  my ($address, $port) = @_;
  return $address =~ /:/
    ? (AF_INET6, pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)))
    : (AF_INET, pack_sockaddr_in($port, inet_pton(AF_INET, $address)));
}

sub address_of {
  my ($from) = @_;
  my $family = sockaddr_family($from);
  my (undef, $address) = $family == AF_INET6 ? unpack_sockaddr_in6($from) : unpack_sockaddr_in($from);
  return inet_ntop($family, $address);
}

sub bound {
  my ($type, $address, $port) = @_;
  my ($family, $place) = place($address, $port);
  socket(my $socket, $family, $type, 0) or die "socket: $!";
  setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) or die "SO_REUSEADDR: $!";
  bind($socket, $place) or die "bind $address: $!";
  return $socket;
}

sub serve {
  my ($name, $address, $port) = @_;
  my $tcp = bound(SOCK_STREAM, $address, $port);
  listen($tcp, 64) or die "listen: $!";
  my $udp = bound(SOCK_DGRAM, $address, $port);
  for my $work (
    sub {
      my $from = accept(my $client, $tcp) or return;
      syswrite($client, "$name " . address_of($from) . "\n");
    },
    sub {
      my $from = recv($udp, my $question, 64, 0);
      send($udp, "$name " . address_of($from) . "\n", 0, $from) if defined $from;
    },
  ) {
    defined(my $child = fork) or die "fork: $!";
    next if $child;
    open(STDIN, "<", "/dev/null");
    open(STDOUT, ">", "/dev/null");
    open(STDERR, ">", "/dev/null");
    while (1) { $work->() }
  }
}

# Waits until the socket can be read (or written), that many seconds at the most; whether it can.
sub ready {
  my ($socket, $seconds, $to_write) = @_;
  my $mask = "";
  vec($mask, fileno($socket), 1) = 1;
  return $to_write ? select(undef, $mask, undef, $seconds) > 0 : select($mask, undef, undef, $seconds) > 0;
}

sub outcome {
  my ($protocol, $address, $port, $seconds, $own_port, $source) = @_;
  my ($family, $place) = place($address, $port);
  my (undef, $own) = place($source // ($family == AF_INET6 ? "::" : "0.0.0.0"), $own_port);
  socket(my $socket, $family, ($protocol eq "udp" ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0) or die "socket: $!";
  bind($socket, $own) or die "bind port $own_port: $!";
  if (!connect($socket, $place)) {
    return "refused" if $! == ECONNREFUSED;
    die "connect: $!" unless $! == EINPROGRESS;
    return "silent" unless ready($socket, $seconds, 1);
    my $error = unpack("i", getsockopt($socket, SOL_SOCKET, SO_ERROR));
    return "refused" if $error == ECONNREFUSED;
    $! = $error;
    die "connect: $!" if $error;
  }
  # Rules that drop or reject what this host sends say EPERM; whether they reject it, an error that follows tells.
  if ($protocol eq "udp") { defined(send($socket, "?", 0)) or $! == EPERM or die "send: $!" }
  return "silent" unless ready($socket, $seconds, 0);
  my $count = sysread($socket, my $answer, 256);
  return "refused" if !defined $count && $! == ECONNREFUSED;
  die "read: $!" unless defined $count;
  chomp($answer);
  return $answer;
}

my ($what, @rest) = @ARGV;
if ($what eq "serve") { serve(@rest) }
else {
  my ($protocol, $address, $port, $count, $seconds, $first_port, $source) = @rest;
  $| = 1;
  print outcome($protocol, $address, $port, $seconds, $_, $source), "\n" for $first_port .. $first_port + $count - 1;
}
