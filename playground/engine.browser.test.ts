/** The engine in Chromium gives the bytes it gives on Node. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { ANSWERS } from "./engine/answers.js";
import type { RulesQuestion } from "./engine/rules.js";
import type { InputFile, Setup } from "./engine/protocol.js";
import { askEngine, describePage } from "./testing.js";

const CASES = new URL("../golden/kube-proxy/cases/", import.meta.url);
const ARTIFACTS = { iptables: ["iptables"], ipvs: ["ipvsadm", "ipset", "iptables", "addresses"], nftables: ["nft"] };

interface Recorded {
  readonly node?: string;
  readonly family?: string;
}

function setupOf(name: string): Setup {
  const read = (file: string) => readFileSync(new URL(`${name}/${file}`, CASES), "utf8");
  const names = readdirSync(new URL(`${name}/`, CASES)).filter((file) => file.endsWith(".yaml"));
  const files = names.map((file): InputFile => ({ name: file, text: read(file) }));
  const { node = "", family } = JSON.parse(read("case.json")) as Recorded;
  return { files, node, mode: "", kubeVersion: "1.36", ipFamily: family === "IPv6" ? "ipv6" : "ipv4" };
}

const names = readdirSync(CASES).sort();

describePage("the engine in a browser", ({ open, errors }) => {
  test.each(["iptables", "ipvs", "nftables"] as const)(
    "compiles every recorded case of mode %s to the same bytes as on Node",
    async (mode) => {
      const questions = names.flatMap((name) =>
        ARTIFACTS[mode].map((artifact): RulesQuestion => ({ ...setupOf(name), mode, artifact, format: "restore" })),
      );
      const page = await open();
      const answers = await askEngine(page, "rules", questions);
      let compiled = 0;
      for (const [i, question] of questions.entries()) {
        const own = await ANSWERS.rules(question);
        expect(answers[i]).toEqual(own);
        if (own.answer) compiled++;
      }
      // Some cases have settings of a kube-proxy that is refused without its other files.
      expect(compiled).toBeGreaterThan(questions.length * 0.9);
      await page.context().close();
    },
  );

  test("answers every other question as on Node", async () => {
    const page = await open();
    for (const name of ["guestbook", "kube-dns", "random-003", "loadbalancer-source-ranges"]) {
      const setup = setupOf(name);
      const { inventory } = await ANSWERS.check(setup);
      const to = inventory.servicePorts[0]!;
      const asked = { ...setup, from: "outside", to };
      expect(await askEngine(page, "trace", [asked])).toEqual([plain(await ANSWERS.trace(asked))]);
      expect(await askEngine(page, "endpoints", [setup])).toEqual([plain(ANSWERS.endpoints(setup))]);
      const looked = { ...setup, name: to.split(":")[0]!.split("/")[1]!, from: "default" };
      expect(await askEngine(page, "dns", [looked])).toEqual([plain(ANSWERS.dns(looked))]);
      const examined = { ...setup, captures: [] };
      expect(await askEngine(page, "doctor", [examined])).toEqual([plain(ANSWERS.doctor(examined))]);
    }
    await page.context().close();
  });

  test("finds what a node holds in the text it compiled, and what was left out of it", async () => {
    const page = await open();
    const setup = { ...setupOf("guestbook"), mode: "iptables" as const };
    const { answer } = await ANSWERS.rules({ ...setup, artifact: "iptables", format: "save" });
    const whole = { ...setup, captures: [{ name: "node.txt", text: answer!.text }] };
    const without = answer!.text.split("\n").filter((line) => !line.includes("-j DNAT --to-destination 10.244.1.30"));
    const broken = { ...setup, captures: [{ name: "node.txt", text: without.join("\n") }] };
    const [same, other] = await askEngine(page, "diff", [whole, broken]);
    expect(other).toEqual(plain(await ANSWERS.diff(broken)));
    expect([same?.answer?.report.changes, other?.answer?.report.identical]).toEqual([[], false]);
    await page.context().close();
  });

  test("fails nowhere unseen", () => {
    expect(errors()).toEqual([]);
  });
});

/** As it comes through a thread. */
function plain<T>(answer: T): T {
  return structuredClone(answer);
}
