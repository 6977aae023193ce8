/** The tour, completed by somebody who edits the YAML. */
import { expect, test } from "@jest/globals";
import { describePage, replaceText, settled, shownText } from "./testing.js";

/** What a reader changes in each lesson. */
const EDITS: readonly ((text: string) => string)[] = [
  (text) => {
    const pod = /^apiVersion: v1\nkind: Pod\n[\s\S]*?(?=^---$)/m.exec(text)![0];
    const fourth = pod.replaceAll("web-1", "web-4").replace(/podIP: .*/, "podIP: 10.244.2.44");
    return `${text}\n---\n${fourth}`;
  },
  (text) => text.replace('status: "False"', 'status: "True"'),
  (text) => text.replace("port: 80\n", "port: 8080\n").replace("targetPort: 9000", "targetPort: http"),
  (text) => text.replace("[203.0.113.0/24]", "[203.0.113.0/24, 192.0.2.0/24]"),
  (text) => text.replace("externalTrafficPolicy: Local", "externalTrafficPolicy: Cluster"),
  (text) => text.replace("timeoutSeconds: 10800", "timeoutSeconds: 1800"),
  (text) => text.replace("clusterIP: None", "clusterIP: 10.96.0.20"),
];

describePage("the tour", ({ open, errors }) => {
  test("asks seven questions that are open at first, and answered by an edit each", async () => {
    const page = await open();
    await page.click("text=Learn");
    const verdicts: string[] = [];
    for (const [i, edit] of EDITS.entries()) {
      await settled(page);
      await page.locator("#tour h2", { hasText: `${i + 1} of 7` }).waitFor();
      const verdict = page.locator("#tour .verdict");
      await verdict.filter({ hasText: "Not yet" }).waitFor();
      const text = await shownText(page);
      expect(edit(text)).not.toBe(text);
      await replaceText(page, edit(text));
      await verdict.filter({ hasText: "Yes" }).waitFor();
      verdicts.push(await verdict.innerText());
      if (i < EDITS.length - 1) await page.click("#tour >> text=Next");
    }
    expect(verdicts).toHaveLength(7);
    await page.click("#tour >> text=Done");
    expect(await page.locator("#tour").isHidden()).toBe(true);
    expect(errors()).toEqual([]);
    await page.context().close();
  });
});
