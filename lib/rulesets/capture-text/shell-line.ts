/** Lines that a shell, ssh, kubectl or a pager puts around the output of a tool. */

const PROMPT =
  /^\s*(\([\w.-]+\)\s?)?(\[[^\]]*\]|[\w.-]+@[\w.-]+[:\s]?\S*|(ba|z|k|a|da)?sh-[\d.]+|[\w.-]*:?\s?[~/]\S*|[\w.-]+(?=[#$])|PS [A-Z]:\\\S*|[A-Z]:\\\S*)?\s?[$#%❯➜>](\s.*)?$/u;

const COMMAND =
  /^\s*(\+\s)?(sudo|doas|kubectl|oc|ssh|scp|docker|podman|crictl|ctr|nerdctl|nsenter|minikube|vagrant|chroot|cat|echo|date|script|exit|logout|clear|ip6?tables(-\S+)?|nft|ipset|ipvsadm(-save)?)(\s+[-\w"'./|>&=:@]+)*\s*$/;

const CHATTER =
  /^\s*(Defaulted container |Defaulting (container|debug)|\[sudo\] password|Password:|.*'s password:|Connection to \S+ closed|Warning: Permanently added|Last login:|Welcome to |If you don't see a command prompt|Creating debugging pod|Starting pod\/|Removing debug pod|Temporary namespace|To use host binaries|Unable to use a TTY|Pseudo-terminal |Script (started|done)|All commands and output from this session |pod "[^"]+" (force )?deleted|\S+ \| (CHANGED|SUCCESS|FAILED!?) \| rc=\d+ >>|(DEBU|INFO|WARN|ERRO)\[\d{4}\] |time="[^"]*" level=|command terminated with|Targeting |Pod IP:|logout$|exit$|\^[CD]\s*$|Kernel \S+ on |The authenticity of host|\* Documentation:|Activate the web console)/;

/** What more and less show in their last line; journalctl and git have less do so. */
const PAGER =
  /^\s*(--More--\s*(\(\d+%\))?|\(END\)|:|(lines \d+-\d+|\S+ lines \d+-\d+)(\/\d+)?( \(END\)| \d+%)?|Press (RETURN|ENTER|q) .*|HELP -- Press .*)\s*$/;

/** Headings between the outputs of several tools and of the journal, and what date, uname, uptime and hostname print in front of them. */
const HEADING =
  /^\s*(([-=*~_+]{3,}|==)( .{1,80})?|==> .{1,200} <==|\[\d+\] \d\d:\d\d:\d\d \[(SUCCESS|FAILURE)\] \S+.{0,80}|Total Number of Rules: \d+|-- (Logs begin|Journal begins) at .{1,160} --|(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .{1,40}\d\d:\d\d:\d\d.{0,20}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S{0,20}|Linux \S+ \d+\.\S+ .*|\d\d:\d\d:\d\d up .*load average: .*)\s*$/;

const LONGEST = 400;

/** Whether a line that no reader knows is a heading, a prompt, a command or chatter of a shell, or the last line of a pager. */
export function isShellLine(line: string): boolean {
  return line.length <= LONGEST && [PROMPT, CHATTER, COMMAND, PAGER, HEADING].some((pattern) => pattern.test(line));
}
