import { describe, expect, test } from "@jest/globals";
import { parseCIDR, cidrContains } from "../net/cidr.js";
import { parseIP } from "../net/ip.js";
import { sourceFromText } from "../source/source.js";
import { fc } from "../testing/fuzz/properties.js";
import { sha256Base32 } from "../util/sha256-base32.js";
import { AddressMap } from "./address-map.js";
import { anonymize } from "./index.js";
import { Renamer } from "./renamer.js";
import { scan } from "./scan.js";

const OBJECTS = `
apiVersion: v1
kind: Service
metadata: { name: ledger, namespace: bank, labels: { acme.example/team: payments }, annotations: { note: Bob's } }
spec:
  clusterIP: 10.96.7.7
  clusterIPs: [10.96.7.7]
  selector: { app: ledger }
  ports: [{ name: api, port: 80, protocol: TCP, targetPort: 8080 }]
  externalName: db.acme.example
---
apiVersion: v1
kind: Node
metadata: { name: host-7.acme.example }
spec: { podCIDR: 10.244.3.0/24, podCIDRs: [10.244.3.0/24] }
status: { addresses: [{ type: InternalIP, address: 52.1.2.3 }], nodeInfo: { kubeletVersion: v1.34.2 } }
---
apiVersion: v1
kind: Pod
metadata: { name: ledger-5d7-x, namespace: bank, labels: { app: ledger } }
spec: { nodeName: host-7.acme.example, containers: [{ name: main, image: "reg.acme.example/ledger:1", env: [{ name: KEY, value: hush }] }] }
status: { podIP: 10.244.3.9, podIPs: [{ ip: 10.244.3.9 }], phase: Running }
---
apiVersion: v1
kind: Secret
metadata: { name: vault, namespace: bank }
data: { key: aHVzaA== }
`;

const CHAIN = `KUBE-SVC-${sha256Base32("bank/ledger:apitcp")}`;
const CAPTURE = `*nat
:KUBE-SERVICES - [0:0]
:${CHAIN} - [0:0]
-A KUBE-SERVICES -d 10.96.7.7/32 -p tcp -m comment --comment "bank/ledger:api cluster IP" -m tcp --dport 80 -j ${CHAIN}
COMMIT
`;

const textOf = (...sources: string[]) => {
  const result = anonymize(sources.map((text, i) => sourceFromText(`in-${i}`, text)));
  return { ...result, text: result.files.map(({ chunks }) => chunks.join("")).join("\n") };
};

describe("an anonymised input", () => {
  test("holds no name, label, host, image, address or secret of the original", () => {
    const { text, diagnostics } = textOf(OBJECTS, CAPTURE);
    expect(text).not.toMatch(/ledger|bank|acme|payments|Bob|hush|vault|host|aHVz|52\.1\.2|10\.244\.3|10\.96\.7/);
    expect(diagnostics.map(({ code }) => code)).toEqual(["anonymize-left-out"]);
  });

  test("keeps what says nothing of anybody: kinds, ports, versions", () => {
    expect(textOf(OBJECTS).text).toMatch(/"kind":"Service".*"port":80.*v1\.34\.2/s);
  });

  test("names chains by the replaced names", () => {
    const { text, map } = textOf(OBJECTS, CAPTURE);
    const [ns, name, port] = ["bank", "ledger", "api"].map((word) => map.words.find(([own]) => own === word)![1]);
    expect(text).toContain(`-j KUBE-SVC-${sha256Base32(`${ns}/${name}:${port}tcp`)}`);
  });

  test("has pods in their node's podCIDR, and public addresses in a range for documentation", () => {
    const { map, text } = textOf(OBJECTS);
    const pod = map.addresses.find(([own]) => own === "10.244.3.9")![1];
    const podCIDR = /"podCIDR":"([^"]+)"/.exec(text)![1]!;
    expect(cidrContains(parseCIDR(podCIDR)!, parseIP(pod)!)).toBe(true);
    expect(map.addresses.find(([own]) => own === "52.1.2.3")![1]).toMatch(/^(?:192\.0\.2|198\.51\.100|203\.0\.113)\./);
  });

  test("is refused when a name would be left, which is named, and nothing is written", () => {
    // A name in letters that the grammar of captures does not have, where no comment is.
    const { files, diagnostics } = textOf(
      OBJECTS.replace("note: Bob's", "note: x").replace("team: payments", "team: bänk"),
      "*nat\n:bänk - [0:0]\nCOMMIT\n",
    );
    expect(files).toEqual([]);
    const [refusal] = diagnostics.filter(({ severity }) => severity === "error");
    expect(refusal).toMatchObject({
      code: "anonymize-incomplete",
      message: expect.stringContaining("bänk") as unknown,
    });
    expect(refusal!.notes).toEqual([expect.stringContaining("capture-1.txt")]);
  });

  test("keeps what kube-proxy's pods are known by, and with it the node's release", () => {
    const pod = `
---
apiVersion: v1
kind: Pod
metadata: { name: kube-proxy-ax7z2, namespace: kube-system }
spec: { nodeName: host-7.acme.example, containers: [{ name: kube-proxy, image: "reg.acme.example/kube-proxy:v1.35.3" }] }
`;
    expect(textOf(OBJECTS + pod).text).toMatch(/"name":"kube-proxy-n\d+".*"image":"kube-proxy:v1\.35\.3"/);
  });

  test("replaces an IPv4 address that is written in an IPv6 one", () => {
    const { text, diagnostics } = textOf(OBJECTS, `${CAPTURE}# seen ::ffff:10.1.2.3 and 64:ff9b::10.96.7.7\n`);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(text).not.toMatch(/10\.1\.2\.3|\.1\.2\.3|\.96\.7\.7/);
  });

  test("is the same each time", () => {
    expect(textOf(OBJECTS, CAPTURE).text).toBe(textOf(OBJECTS, CAPTURE).text);
  });

  test("is none for an input that cannot be read", () => {
    expect(textOf('{"apiVersion": "v1", "kind": "Service", ').files).toEqual([]);
  });
});

describe("the scan", () => {
  const name = fc.stringMatching(/^[a-z]{3,8}-[a-z]{3,8}x$/);
  const address = fc
    .oneof(fc.ipV4(), fc.ipV6())
    .filter((text) => !/^(?:0|127|22[4-9]|2[3-5]\d)\.|^(?:0|f[ef])|^::/i.test(text));

  test("finds a name and an address of the input wherever they are planted, and only these", () => {
    fc.assert(
      fc.property(name, address, fc.constantFrom(" ", '"', "/", "\n", ",", "("), (word, ip, between) => {
        const renamer = new Renamer();
        renamer.text(`${word} ${ip}`);
        renamer.settle();
        const clean = `-A INPUT -s ${renamer.text(ip)} -j ${renamer.text(word)}\n`;
        expect(scan([{ path: "clean.txt", chunks: [clean] }], renamer)).toEqual([]);
        const left = (text: string) =>
          scan([{ path: "x.txt", chunks: [clean, `-A X${between}${text}${between}y\n`] }], renamer);
        expect(left(word)).toEqual([{ text: word, file: "x.txt" }]);
        if (renamer.text(ip) !== ip) expect(left(ip)).toEqual([{ text: ip, file: "x.txt" }]);
      }),
    );
  });
});

describe("the scan of plain ASCII", () => {
  const part = fc.oneof(
    fc.constantFrom(
      "bank",
      "bank-7",
      "ledger",
      "10.1.2.3",
      "010.001.2.3",
      "10.1.2.30",
      "fd00::9",
      "FD00:0::9",
      "::ffff:10.1.2.3",
    ),
    fc.constantFrom(" ", "-", ".", ":", "::", "/", "/24", "_", '"', "a", "7", "f00d:", "x.", "\n"),
  );

  test("finds what the scan of any text finds", () => {
    const renamer = new Renamer();
    renamer.text("bank ledger-x ledger 10.1.2.3 fd00::9 8.8.8.8");
    renamer.settle();
    const leftIn = (text: string) => scan([{ path: "x.txt", chunks: [text] }], renamer).map((left) => left.text);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join("");
        expect(leftIn(text)).toEqual(leftIn(`${text}\n\u00e9`));
      }),
    );
  });
});

describe("addresses", () => {
  // Some low addresses mean something, and stay.
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6().filter((text) => parseIP(text)!.value >> 112n !== 0n),
  );
  test("keep their family, and share leading bits as before", () => {
    fc.assert(
      fc.property(fc.array(address, { minLength: 2, maxLength: 12 }), fc.integer({ min: 0, max: 4 }), (texts, near) => {
        const ips = texts.flatMap((text) => {
          const ip = parseIP(text)!;
          const next = parseIP(ip.text.replace(/[\da-f]+$/, String(near)));
          return next ? [ip, next] : [ip];
        });
        const map = new AddressMap();
        const standIns = ips.map((ip) => map.standIn(ip, ip.family === "IPv4" ? 32 : 128));
        map.settle();
        const made = standIns.map((own) => parseIP(own.made)!);
        ips.forEach((ip, i) => {
          expect(made[i]!.family).toBe(ip.family);
          ips.forEach((other, j) => {
            if (other.family !== ip.family) return;
            expect(made[i]!.value === made[j]!.value).toBe(ip.value === other.value);
            const host = ip.family === "IPv4" ? 8n : 64n;
            const isOneNetwork = ip.value >> host === other.value >> host;
            if (isOneNetwork) expect(made[i]!.value >> host).toBe(made[j]!.value >> host);
          });
        });
      }),
    );
  });
});

test("an empty listing of ipvsadm stays one: the node has no virtual server", () => {
  const { files } = anonymize([sourceFromText("acme/ipvsadm.txt", "\n"), sourceFromText("acme/notes.txt", "\n")]);
  expect(files).toEqual([{ path: "ipvsadm-save.txt", chunks: [""] }]);
});

test("of a sosreport, what a host's tools are to load is no capture, as it is none for diff", () => {
  const text = "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n";
  const report = (path: string) => ({ ...sourceFromText(`s/${path}`, text), dump: "sos" as const });
  const { files, diagnostics } = anonymize([
    report("etc/sysconfig/iptables"),
    report("sos_commands/firewall_tables/iptables-save"),
  ]);
  expect(files).toHaveLength(1);
  expect(diagnostics.map(({ message }) => message).join()).toContain("s/etc/sysconfig/iptables");
});
