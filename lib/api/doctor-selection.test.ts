import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { doctor } from "./doctor.js";

const service = (namespace: string, name: string, app: string) => `
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {selector: {app: ${app}}, ports: [{port: 80, targetPort: 8080}]}`;
const pod = (namespace: string, name: string, app: string) => `
---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${app}}}
spec: {nodeName: node-1, containers: [{name: c, image: "registry.example.com/c:1", ports: [{containerPort: 9090}]}]}
status: {phase: Running, podIP: 10.244.0.9, podIPs: [{ip: 10.244.0.9}], conditions: [{type: Ready, status: "True"}]}`;

const input = [
  sourceFromText(
    "a.yaml",
    service("shop", "web", "web") +
      service("shop", "db", "dbx") +
      service("blog", "web", "none") +
      pod("blog", "other", "other") +
      pod("shop", "web-1", "web"),
  ),
];

function subjects(selection: Parameters<typeof doctor>[1]): string[] {
  const { report } = doctor(input, selection);
  return [...new Set((report?.findings ?? []).map(({ subject }) => subject))].sort();
}

describe("doctor", () => {
  test("without a selection looks at every Service", () => {
    expect(subjects({})).toEqual(["Pod shop/web-1", "Service blog/web", "Service shop/db", "Service shop/web"]);
  });

  test("of one Service tells nothing of others", () => {
    expect(subjects({ service: "shop/web" })).toEqual(["Pod shop/web-1", "Service shop/web"]);
    expect(subjects({ service: "db" })).toEqual(["Service shop/db"]);
  });

  test("of a namespace tells of all of its Services", () => {
    expect(subjects({ namespace: "shop" })).toEqual(["Pod shop/web-1", "Service shop/db", "Service shop/web"]);
  });

  test("of a Service that is not there gives no answer and the nearest names", () => {
    const { report, diagnostics } = doctor(input, { service: "shop/wbe" });
    expect(report).toBeUndefined();
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect(errors.map(({ code }) => code)).toEqual(["nothing-selected"]);
    expect(errors[0]!.notes).toContain("did you mean shop/web?");
  });
});
