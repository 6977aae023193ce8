/** Lines that a shell, ssh or kubectl puts around the output of a tool. */

const PROMPT =
  /^\s*(\([\w.-]+\)\s?)?(\[[^\]]*\]|[\w.-]+@[\w.-]+[:\s]?\S*|(ba|z|k|a|da)?sh-[\d.]+|[\w.-]*:?\s?[~/]\S*|[\w.-]+(?=[#$])|PS [A-Z]:\\\S*|[A-Z]:\\\S*)?\s?[$#%❯➜>](\s.*)?$/u;

const COMMAND =
  /^\s*(\+\s)?(sudo|doas|kubectl|oc|ssh|scp|docker|podman|crictl|ctr|nerdctl|nsenter|minikube|vagrant|chroot|cat|echo|date|script|exit|logout|clear|ip6?tables(-\S+)?|nft|ipset|ipvsadm(-save)?)(\s+[-\w"'./|>&=:@]+)*\s*$/;

const CHATTER =
  /^\s*(Defaulted container |Defaulting (container|debug)|\[sudo\] password|Password:|.*'s password:|Connection to \S+ closed|Warning: Permanently added|Last login:|Welcome to |If you don't see a command prompt|Creating debugging pod|Starting pod\/|Removing debug pod|Temporary namespace|To use host binaries|Unable to use a TTY|Pseudo-terminal |Script (started|done)|command terminated with|Targeting |Pod IP:|logout$|exit$|\^[CD]\s*$|Kernel \S+ on |The authenticity of host|\* Documentation:|Activate the web console)/;

const LONGEST = 400;

/** Whether a line that no reader knows is a prompt, a command or chatter of a shell. */
export function isShellLine(line: string): boolean {
  return line.length <= LONGEST && (PROMPT.test(line) || CHATTER.test(line) || COMMAND.test(line));
}
