/** An address: which frontends and endpoints it is, and what a packet to it meets. */
import { canonicalIP, joinHostPort } from "../net/ip.js";
import type { ExplainInput, FamilyContext } from "./explain-input.js";
import { arrivalsOf, nodeAddressOf, outsideAddress, podAddressOf } from "./clients.js";
import { frontendText, ROLE_WORDS } from "./frontends.js";
import { outcomeWords } from "./outcome-words.js";
import { isAddress, type PortSubject } from "./subject.js";

export interface AddressQuestion {
  readonly address: string;
  readonly port?: number;
  /** Upper case. */
  readonly protocol?: string;
}

export interface AddressAnswer {
  readonly answers: readonly string[];
  /** The service ports that the address is a frontend or an endpoint of. */
  readonly subjects: readonly PortSubject[];
}

/** Whose address it is, in sentences. */
export function explainAddress(
  question: AddressQuestion,
  all: ExplainInput,
  families: readonly FamilyContext[],
): AddressAnswer {
  const answers: string[] = [];
  const subjects: PortSubject[] = [];
  const { address, port, protocol } = question;
  const isPort = (own: number) => port === undefined || own === port;
  const isProtocol = (subject: PortSubject) => protocol === undefined || subject.port.protocol === protocol;
  for (const family of families) {
    const local = new Set(
      [...family.input.node.interfaceAddresses, nodeAddressOf(family.input)].map((ip) => canonicalIP(ip) ?? ip),
    );
    const others: PortSubject[] = [];
    for (const subject of family.subjects) {
      const { port: own, facts } = subject;
      let taken = false;
      for (const frontend of subject.frontends) {
        const isOwn = frontend.address === undefined ? local.has(address) : isAddress(address, frontend.address);
        if (!isOwn) continue;
        if (!isPort(frontend.port) || !isProtocol(subject)) {
          if (frontend.address !== undefined) others.push(subject);
          continue;
        }
        taken = true;
        answers.push(
          `${joinHostPort(address, frontend.port)}/${own.protocol} is ${frontend.role === "node-port" ? `node port ${frontend.port}` : `the ${ROLE_WORDS[frontend.role]}`} of service port ${own.name}.`,
        );
      }
      for (const { endpoint, podName } of facts)
        if (isAddress(address, endpoint.ip) && isPort(endpoint.port) && isProtocol(subject)) {
          taken = true;
          answers.push(
            `${endpoint.target}/${own.protocol} is an endpoint of service port ${own.name}${podName === undefined ? "" : `, Pod ${podName}`}.`,
          );
        }
      if (taken) subjects.push(subject);
    }
    if (subjects.length === 0 && others.length > 0) {
      const names = [
        ...new Set(
          others.map(
            ({ frontends, port: own }) =>
              `${frontendText(frontends.find((f) => isAddress(address, f.address))!)}/${own.protocol} (${own.name})`,
          ),
        ),
      ];
      answers.push(
        `No service port is at ${question.port === undefined ? address : joinHostPort(address, question.port)}${protocol === undefined ? "" : `/${protocol}`}; the address has ${names.join(", ")}.`,
      );
    }
    if (subjects.length === 0 && port !== undefined) answers.push(...outcomesAt(question, family));
  }
  const pod = all.pods.byAddress(address);
  if (pod)
    answers.unshift(`${address} is the address of Pod ${pod.metadata.namespace ?? "default"}/${pod.metadata.name}.`);
  const node = all.cluster.nodes.find(({ status }) =>
    status?.addresses?.some((own) => canonicalIP(own.address) === address),
  );
  if (node) answers.unshift(`${address} is an address of Node ${node.metadata.name}.`);
  return { answers, subjects };
}

/** What packets to an address meet that is nobody's. */
function outcomesAt({ address, port, protocol = "TCP" }: AddressQuestion, { input, tracer }: FamilyContext): string[] {
  const arrivals = arrivalsOf(input);
  const clients = [
    { words: "From a pod of this node", source: podAddressOf(input, new Set([address])), arrival: arrivals.pod },
    { words: "From outside", source: outsideAddress(input.family, []), arrival: arrivals.outside },
  ];
  return clients.map(({ words, source, arrival }) => {
    const trace = tracer({
      protocol: protocol.toLowerCase() as "tcp" | "udp" | "sctp",
      source,
      destination: address,
      destinationPort: port!,
      arrival,
    });
    return `${words}: ${outcomeWords(trace)}.`;
  });
}
