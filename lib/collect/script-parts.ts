/**
 * The parts of the collecting script: POSIX shell, the same for every set of options, which stand in variables in front
 * (`renderCollectScript`). Works with dash, busybox ash, bash, zsh and any awk.
 */

/** Variables, time limits, records and cleaning up. */
export const BASICS = String.raw`
bundle=${"$"}{1:-svcrules-bundle.tar.gz}
kubectl=${"$"}{KUBECTL:-kubectl}
umask 077
LC_ALL=C
export LC_ALL

# As /bin/sh does it, where somebody runs it with zsh.
[ -z "${"$"}{ZSH_VERSION-}" ] || emulate sh

work=
child=
jobs=
say() { printf '%s\n' "$*" >&2; }
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }

cleanup() {
  trap '' INT TERM HUP
  [ -z "$child" ] || kill "$child" 2>/dev/null
  for job in $jobs; do kill "$job" 2>/dev/null; done
  # Each job takes its own debug pod away.
  for job in $jobs; do wait "$job" 2>/dev/null; done
  rm -f "$bundle.$$.tmp"
  [ -z "$work" ] || rm -rf "$work"
}
interrupted() {
  say "interrupted: no bundle written"
  cleanup
  trap - EXIT
  exit 130
}
trap cleanup EXIT
trap interrupted INT TERM HUP

for tool in awk sed tar gzip date sort mktemp; do
  command -v "$tool" >/dev/null 2>&1 || { say "$tool is needed, and is not there"; exit 2; }
done
case $bundle in */*) directory=$(dirname "$bundle") ;; *) directory=. ;; esac
[ -w "$directory" ] || { say "$directory: not a directory that can be written to"; exit 2; }
work=$(mktemp -d) || exit 2
top=$work/svcrules-bundle
mkdir "$top" "$work/rows" "$work/notes" "$work/told" || exit 2
started=$(now)

# limited SECONDS COMMAND...: runs it, standard input from $input, and ends it when it takes too long (status 124).
input=/dev/null
limited() {
  seconds=$1
  shift
  "$@" <"$input" &
  child=$!
  : >"$work/running.$child"
  # Looks every second whether there is still something to end; a signal sent to it could come too early to be seen.
  (
    trap - EXIT INT TERM HUP
    while [ "$seconds" -gt 0 ]; do
      sleep 1
      [ -e "$work/running.$child" ] || exit 0
      seconds=$((seconds - 1))
    done
    : >"$work/late.$child"
    kill "$child"
  ) >/dev/null 2>&1 &
  wait "$child"
  outcome=$?
  # A signal to this shell ends a wait early; the command itself is then still to be waited for.
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    outcome=$?
  done
  rm -f "$work/running.$child"
  if [ -e "$work/late.$child" ]; then outcome=124; fi
  child=
  return "$outcome"
}

# A text as a JSON string: printable ASCII alone, so that nothing a cluster or node says can break out of it.
quoted() {
  printf '"%s"' "$(printf '%s\n' "$1" | tr '\n\t' '  ' | tr -cd '\40-\176' | cut -c 1-400 |
    sed -e 's/ *$//' -e 's/\\/\\\\/g' -e 's/"/\\"/g')"
}
# row KEY FILE COMMAND STATUS STARTED ENDED ERROR: a line of the manifest.
row() {
  printf '{"file":%s,"command":%s,"exit":%s,"started":"%s","ended":"%s","error":%s}\n' \
    "$(quoted "$2")" "$(quoted "$3")" "$4" "$5" "$6" "$(quoted "$7")" >>"$work/rows/$1"
}
# note KEY TEXT: something that could not be got, for the summary.
note() { printf '%s\n' "$2" | tr -cd '\12\40-\176' | cut -c 1-300 >>"$work/notes/$1"; }
`.trim();

/** What is taken from the cluster, filtered before it is kept. */
export const CLUSTER = String.raw`
# Takes container environments, arguments and what holds copies of them out of kubectl's JSON, which has one key or
# value a line. A line of any other shape ends it with status 3, since nothing could be taken out of that safely.
strip() {
  awk -v with_env="$with_env" '
    function flush(next_closes) {
      if (held == "") return
      if (next_closes) sub(/,$/, "", held)
      print held
      held = ""
    }
    skip != "" {
      if ($0 == skip "]" || $0 == skip "]," || $0 == skip "}" || $0 == skip "},") skip = ""
      dropped = 1
      next
    }
    !/^ *([]}],?|("([^"\\]|\\.)*": )?([[{]|\[\],?|[{]},?|"([^"\\]|\\.)*",?|-?[0-9][0-9.eE+-]*,?|true,?|false,?|null,?))$/ { bad = 1; exit }
    /^ *"(kubectl\.kubernetes\.io\/last-applied-configuration|kubeconfig|kubeconfig\.conf)": "/ { dropped = 1; next }
    /^ *"managedFields": \[$/ || (with_env != "yes" && /^ *"(env|envFrom|args|command|httpHeaders)": \[$/) {
      skip = $0
      sub(/".*/, "", skip)
      dropped = 1
      next
    }
    {
      flush(dropped && $0 ~ /^ *[]}],?$/)
      dropped = 0
      held = $0
    }
    END {
      if (bad) exit 3
      flush(0)
    }'
}

# take FILE ARGUMENT...: kubectl get with these arguments, stripped, into cluster/FILE of this round.
take() {
  file=cluster/$round/$1
  shift
  begun=$(now)
  limited "$timeout" "$kubectl" get "$@" -o json --request-timeout="$timeout"s >"$work/raw" 2>"$work/said"
  code=$?
  error=$(head -n 3 "$work/said")
  if [ "$code" = 0 ] && [ -s "$work/raw" ]; then
    strip <"$work/raw" >"$work/stripped"
    code=$?
    if [ "$code" = 0 ]; then mv "$work/stripped" "$top/$file"
    else error="kubectl printed JSON in a form from which environments cannot be taken out; it was not kept"; fi
  fi
  rm -f "$work/raw" "$work/stripped"
  [ "$code" != 124 ] || error="it took longer than $timeout s"
  # A kind that this cluster does not have is nothing to get.
  case $error in *"the server doesn't have a resource type"*) code=0 error= ;; esac
  row "cluster-$round" "$file" "kubectl get $* -o json" "$code" "$begun" "$(now)" "$error"
  [ "$code" = 0 ] || note cluster "$file: $error"
}

# ask FILE ARGUMENT...: kubectl get for this script's own use.
ask() {
  asked=$1
  shift
  limited "$timeout" "$kubectl" get "$@" --request-timeout="$timeout"s >"$work/$asked" 2>"$work/said"
}

# in_namespaces FILE ARGUMENT...: everywhere, or in each namespace that was asked for.
in_namespaces() {
  kept=$1
  shift
  if [ -z "$namespaces" ]; then
    take "$kept.json" "$@" -A
    return
  fi
  for namespace in $namespaces; do take "$kept.$namespace.json" "$@" -n "$namespace"; done
}

# Services without selector have Endpoints that nobody else tells; all others are told by EndpointSlices.
take_endpoints() {
  if [ -z "$namespaces" ]; then ask services services -A -o go-template="$SELECTORLESS"
  else
    : >"$work/services.all"
    for namespace in $namespaces; do
      ask services services -n "$namespace" -o go-template="$SELECTORLESS"
      cat "$work/services" >>"$work/services.all"
    done
    mv "$work/services.all" "$work/services"
  fi
  sort "$work/services" | awk '
    $1 ~ /^[a-z0-9-]+$/ && $2 ~ /^[a-z0-9-]+$/ {
      if ($1 == last && count < 50) { line = line " " $2; count++ }
      else { if (line != "") print line; line = $1 " " $2; last = $1; count = 1 }
    }
    END { if (line != "") print line }' >"$work/selectorless"
  number=0
  while read -r namespace names; do
    number=$((number + 1))
    # shellcheck disable=SC2086 # several names
    take "endpoints.$number.json" endpoints $names -n "$namespace" --ignore-not-found
  done <"$work/selectorless"
}

take_config_maps() {
  for of in kube-system/kube-proxy kube-system/kube-proxy-config kube-system/coredns \
    kube-system/rke2-coredns-rke2-coredns openshift-kube-proxy/proxy-config openshift-dns/dns-default; do
    in=$(dirname "$of")
    name=$(basename "$of")
    take "configmap.$in.$name.json" configmap "$name" -n "$in" --ignore-not-found
  done
}

take_cluster() {
  round=$1
  say "cluster, $round the nodes"
  mkdir -p "$top/cluster/$round"
  take nodes.json nodes
  in_namespaces services services
  in_namespaces endpointslices endpointslices.discovery.k8s.io
  in_namespaces pods pods
  take_endpoints
  take namespaces.json namespaces
  in_namespaces networkpolicies networkpolicies.networking.k8s.io
  take adminnetworkpolicies.json adminnetworkpolicies.policy.networking.k8s.io
  take baselineadminnetworkpolicies.json baselineadminnetworkpolicies.policy.networking.k8s.io
  take clusternetworkpolicies.json clusternetworkpolicies.policy.networking.k8s.io
  take servicecidrs.json servicecidrs.networking.k8s.io
  in_namespaces workloads deployments.apps,statefulsets.apps,daemonsets.apps,replicasets.apps,jobs.batch,cronjobs.batch,replicationcontrollers
  take_config_maps
}

# Ports of UDP Services, for the nodes' lists of connections.
ask_udp_ports() {
  ask ports services -A -o go-template="$UDP_PORTS"
  tr ' ' '\n' <"$work/ports" | grep '^[1-9][0-9]*$' | sort -u | tr '\n' ' '
}
`.trim();

/** What is taken from the nodes, several at a time. */
export const NODES = String.raw`
# A stream of the node script, from file $1, into the files of node $2; its records become lines "STATUS FILE ..." of $3.
unpack() {
  awk -v directory="$top/nodes/$2" -v allowed=" $node_files " '
    function clean(text) { gsub(/[^ -~]/, "", text); return text }
    /^@begin / {
      file = $2
      if (index(allowed, " " file " ") == 0) { file = ""; next }
      command = clean(substr($0, length("@begin " file " ") + 1))
      path = directory "/" file
      lines = 0
      said = ""
      next
    }
    file == "" { if ($0 == "@done") whole = 1; next }
    /^[|]/ { print substr($0, 2) >path; lines++; next }
    /^!/ { said = said (said == "" ? "" : "; ") clean(substr($0, 2)); next }
    /^@end / {
      if (lines) close(path)
      status = $2 ~ /^[0-9]+$/ ? $2 : 1
      time = $3 ~ /^[0-9TZ:-]+$/ ? $3 : "-"
      printf "%s\t%s\t%s\t%s\t%s\n", status, file, time, command, said == "" ? "-" : substr(said, 1, 300)
      file = ""
    }
    END {
      if (file != "") printf "%s\t%s\t-\t%s\t%s\n", 141, file, command, "the output ends in the middle"
      exit whole ? 0 : 4
    }' "$1" >"$3"
}

# The stream of one node, however it is reached; what went wrong on the way is in $work/told/NODE.
run_on_node() {
  case $via in
    local) limited "$timeout" sh "$work/node.sh" ;;
    ssh) over_ssh "$1" "$2" ;;
    exec) in_a_pod "$1" ;;
    debug) in_a_debug_pod "$1" ;;
  esac
}

in_a_pod() {
  "$kubectl" get pods -n "$pod_namespace" --field-selector "spec.nodeName=$1,status.phase=Running" \
    -l "k8s-app in (kube-proxy,calico-node,canal,cilium,kube-router,aws-node,weave-net,kindnet)" \
    -o go-template="$POD_NAMES" --request-timeout="$timeout"s </dev/null | sort >"$work/told/$1.pods"
  # kube-proxy's pod first; its image may hold no shell, a network plugin's does.
  { grep kube-proxy "$work/told/$1.pods"; grep -v kube-proxy "$work/told/$1.pods"; } >"$work/told/$1.order"
  [ -s "$work/told/$1.order" ] || { echo "no pod of kube-proxy or a network plugin runs there" >&2; return 1; }
  outcome=1
  while read -r candidate; do
    input=$work/node.sh
    limited "$timeout" "$kubectl" exec -i -n "$pod_namespace" "$candidate" -- sh -s
    outcome=$?
    input=/dev/null
    [ "$outcome" != 0 ] || return 0
  done <"$work/told/$1.order"
  return "$outcome"
}

in_a_debug_pod() {
  creating=yes
  limited "$timeout" "$kubectl" debug "node/$1" -n "$pod_namespace" --profile=sysadmin --image="$image" \
    -- sleep "$((timeout + timeout))" >"$work/told/$1.debug" 2>&1
  outcome=$?
  pod=$(sed -n 's/.*[Cc]reating debugging pod \([a-z0-9][a-z0-9.-]*\) .*/\1/p' "$work/told/$1.debug" | head -n 1)
  creating=
  if [ -z "$pod" ]; then
    cat "$work/told/$1.debug" >&2
    return 1
  fi
  [ -z "$stopped" ] || return 1
  limited "$timeout" "$kubectl" wait --for=condition=Ready "pod/$pod" -n "$pod_namespace" --timeout="$timeout"s >/dev/null
  outcome=$?
  [ "$outcome" = 0 ] || return "$outcome"
  [ -z "$stopped" ] || return 1
  input=$work/node.sh
  limited "$timeout" "$kubectl" exec -i -n "$pod_namespace" "$pod" -- sh -s
  outcome=$?
  input=/dev/null
  return "$outcome"
}

remove_pod() {
  [ -n "$pod" ] || return 0
  limited "$timeout" "$kubectl" delete pod "$pod" -n "$pod_namespace" --ignore-not-found --wait=false >/dev/null 2>"$work/told/$1.delete" ||
    note "$1" "$1: debug pod $pod_namespace/$pod is left: kubectl delete pod $pod -n $pod_namespace"
  pod=
}

# take_node NAME ADDRESS: in a shell of its own; ends the pod it made also when it is told to stop.
take_node() {
  trap - EXIT
  trap '' INT HUP
  jobs=
  pod=
  stopped=
  creating=
  # A pod that is being made has to be known before it can be taken away.
  trap 'stopped=yes; [ -n "$creating" ] || [ -z "$child" ] || kill "$child" 2>/dev/null' TERM
  begun=$(now)
  mkdir -p "$top/nodes/$1"
  run_on_node "$1" "$2" >"$work/told/$1.stream" 2>"$work/told/$1"
  result=$?
  [ -z "$stopped" ] || trap '' TERM
  remove_pod "$1"
  [ -z "$stopped" ] || exit 130
  keep_node "$1"
}

keep_node() {
  unpack "$work/told/$1.stream" "$1" "$work/told/$1.records"
  whole=$?
  rm -f "$work/told/$1.stream"
  reason=$(grep -v -e '^ *$' -e '^Terminated' "$work/told/$1" | head -n 2 | tr '\n' ' ')
  [ "$result" != 124 ] || reason="it took longer than $timeout s"
  if [ ! -s "$work/told/$1.records" ]; then
    state=unreachable
    rmdir "$top/nodes/$1" 2>/dev/null
  elif [ "$whole" != 0 ]; then
    state=partial
    [ -n "$reason" ] || reason="its answer is cut off"
  else state=complete reason=; fi
  last=$begun
  tab=$(printf '\t')
  while IFS=$tab read -r code file time command said; do
    # A tool that failed, or that was cut off, said nothing whole.
    [ "$code" = 0 ] || rm -f "$top/nodes/$1/$file"
    [ "$time" != - ] || time=$last
    [ "$said" != - ] || said=
    row "node-$1" "nodes/$1/$file" "$command" "$code" "$last" "$time" "$said"
    last=$time
    case $code:$file in
      # The text form is tried next.
      0:* | *:nft-ruleset.json | *:ip-*.json) ;;
      *:kube-proxy-*) note "extra-$1" "$1: $file" ;;
      *) note "$1" "$1: $file: $said" ;;
    esac
  done <"$work/told/$1.records"
  [ "$state" = complete ] || note "$1" "$1: $state: $reason"
  printf '{"name":"%s","state":"%s","started":"%s","ended":"%s","error":%s}\n' \
    "$1" "$state" "$begun" "$(now)" "$(quoted "$reason")" >"$work/rows/state-$1"
  say "node $1: $state"
}

# "NAME ADDRESS" of every node that is wanted.
list_nodes() {
  case $via:$nodes in
    local:all)
      # A pod on the host's network knows the node's name better than the machine does.
      name=$(printenv SVCRULES_NODE || uname -n)
      echo "$(echo "$name" | tr '[:upper:]' '[:lower:]') -" ;;
    local:*) for name in $nodes; do echo "$name -"; done ;;
    *:none) ;;
    *)
      ask nodes nodes -o go-template="$NODE_NAMES" || note cluster "the list of nodes: $(head -n 1 "$work/said")"
      if [ "$nodes" = all ]; then cat "$work/nodes"
      else
        for name in $nodes; do
          awk -v name="$name" '$1 == name { print; found = 1; exit } END { if (!found) print name, "-" }' "$work/nodes"
        done
      fi ;;
  esac
}

take_nodes() {
  list_nodes >"$work/wanted"
  running=0
  while read -r name address others; do
    case $name in *[!a-z0-9.-]* | '' | .* | -*) note cluster "a node has a name that no file can have"; continue ;; esac
    case $address in *[!0-9a-fA-F.:]*) address= ;; esac
    take_node "$name" "$address" &
    jobs="$jobs $!"
    running=$((running + 1))
    [ "$running" -lt "$parallel" ] || wait_for_jobs
  done <"$work/wanted"
  wait_for_jobs
}
wait_for_jobs() {
  # shellcheck disable=SC2086 # several process numbers
  [ -z "$jobs" ] || wait $jobs
  jobs=
  running=0
}
`.trim();

/** The manifest, the archive and the last words. */
export const FINISH = String.raw`
write_manifest() {
  cat "$work"/rows/state-* 2>/dev/null | sort >"$work/states"
  cat "$work"/rows/cluster-* "$work"/rows/node-* 2>/dev/null >"$work/files"
  {
    printf '{\n  "schema": "svcrules.dev/bundle/v1",\n  "createdBy": "%s",\n' "$created_by"
    printf '  "started": "%s",\n  "ended": "%s",\n  "via": "%s",\n' "$started" "$(now)" "$via"
    printf '  "namespaces": ['
    for namespace in $namespaces; do printf '"%s" ' "$namespace"; done | sed -e 's/ $//' -e 's/ /, /g'
    printf '],\n  "withEnv": %s,\n  "nodes": [\n' "$([ "$with_env" = yes ] && echo true || echo false)"
    sed -e 's/^/    /' -e '$!s/$/,/' "$work/states"
    printf '  ],\n  "files": [\n'
    sed -e 's/^/    /' -e '$!s/$/,/' "$work/files"
    printf '  ]\n}\n'
  } >"$top/bundle.json"
}

write_bundle() {
  (cd "$work" && tar cf - svcrules-bundle) | gzip >"$bundle.$$.tmp" && mv "$bundle.$$.tmp" "$bundle"
}

summary() {
  count=$(grep -c '"state":"complete"' "$work/states")
  say "$bundle: $count of $(grep -c . "$work/wanted") nodes whole, $(find "$top" -type f | grep -c .) files"
  cat "$work"/notes/extra-* >"$work/extra" 2>/dev/null
  rm -f "$work"/notes/extra-*
  if [ -s "$work/extra" ]; then
    say "not reachable, and not needed to compare rules:"
    sort -u "$work/extra" | sed 's/^/  /' >&2
  fi
  cat "$work"/notes/* >"$work/missing" 2>/dev/null
  if [ -s "$work/missing" ]; then
    say "could not be got:"
    sort -u "$work/missing" | sed 's/^/  /' >&2
    return 1
  fi
}
`.trim();
