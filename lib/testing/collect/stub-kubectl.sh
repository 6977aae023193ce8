#!/bin/sh
# A kubectl for tests of the collecting script. STUB names a folder: answers/ (answers-after/ once a node was entered),
# nodes/NAME/run (a shell script that runs what it gets on standard input on that node; without it the node cannot be
# reached), pods/ (the debug pods there are, each file holding its node's name) and log (every call, one a line).
echo "$*" >>"$STUB/log"
fail() {
  echo "$1" >&2
  exit 1
}
answers=$STUB/answers
if [ -e "$STUB/entered" ] && [ -d "$STUB/answers-after" ]; then answers=$STUB/answers-after; fi

get() {
  [ ! -e "$STUB/forbid-$2" ] || fail "Error from server (Forbidden): $2 is forbidden"
  case $2 in adminnetworkpolicies.*) fail "error: the server doesn't have a resource type \"adminnetworkpolicies\"" ;; esac
  key=$2
  shift 2
  namespace=
  while [ $# -gt 0 ]; do
    case $1 in
      -n) namespace=$2; shift ;;
      -o) case $2 in *ExternalName*) key=$key.selectorless ;; *UDP*) key=$key.udp ;; go-template*) key=$key.names ;; esac; shift ;;
      -l | --field-selector) shift ;;
      -*) ;;
      *) key=$key.$1 ;;
    esac
    shift
  done
  key=$key${namespace:+.$namespace}
  if [ -e "$answers/$key" ]; then cat "$answers/$key"; fi
}

debug() {
  node=${2#node/}
  echo "$node" >"$STUB/pods/node-debugger-$node-x1"
  echo "Creating debugging pod node-debugger-$node-x1 with container debugger on node $node."
}

wait_for() {
  pod=${3#pod/}
  [ ! -e "$STUB/nodes/$(cat "$STUB/pods/$pod")/run" ] || return 0
  [ ! -e "$STUB/hang" ] || exec sleep 30
  fail "error: timed out waiting for the condition on pods/$pod"
}

enter() {
  : >"$STUB/entered"
  exec sh "$STUB/nodes/$(cat "$STUB/pods/$5")/run"
}

case $1 in
  get) get "$@" ;;
  debug) debug "$@" ;;
  wait) wait_for "$@" ;;
  exec) enter "$@" ;;
  delete) rm -f "$STUB/pods/$3" ;;
esac
