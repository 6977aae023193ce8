import { describe, expect, test } from "@jest/globals";
import { endpoints } from "../../api/endpoints.js";
import { sourceFromText } from "../../source/source.js";

const SERVICE =
  "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n";
const pod = (name: string, annotations = "{}", status = "{}") =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: web}, annotations: ${annotations}}\nspec: {containers: [{name: c, image: i}]}\nstatus: ${status}\n`;
const TEST = '{"helm.sh/hook": test}';

function read(text: string, simulate = true) {
  const { services, diagnostics } = endpoints([sourceFromText("a.yaml", SERVICE + text)], { simulate });
  const names = [...(services ?? [])].flatMap(({ slices }) =>
    slices.flatMap((slice) => (slice.endpoints as { targetRef?: { name?: string } }[]).map((e) => e.targetRef?.name)),
  );
  return { names, notes: diagnostics.filter(({ code }) => code === "hook-pods").map(({ message }) => message) };
}

describe("a Pod that is a hook of a chart", () => {
  test.each([
    ["a test", TEST],
    ["a step of an upgrade", '{"helm.sh/hook": "pre-install,pre-upgrade"}'],
    ["one of Argo CD", "{argocd.argoproj.io/hook: PreSync}"],
  ])("is no endpoint, which is said: %s", (_, annotations) => {
    const { names, notes } = read(pod("a") + pod("b", annotations));
    expect(names).toEqual(["a"]);
    expect(notes).toEqual([
      "1 Pod that is a hook is left out (b): it runs only while a release is installed, upgraded or tested",
    ]);
  });

  test("is told with the others, the first by name", () => {
    expect(read(["e", "d", "c", "b"].map((name) => pod(name, TEST)).join("")).notes).toEqual([
      "4 Pods that are hooks are left out (b, c, d, ...): they run only while a release is installed, upgraded or tested",
    ]);
  });

  test("counts while it runs", () => {
    const running = '{phase: Running, podIP: 10.0.0.1, conditions: [{type: Ready, status: "True"}]}';
    expect(read(pod("b", TEST, running))).toEqual({ names: ["b"], notes: [] });
  });
});
