import { describe, expect, test } from "@jest/globals";
import { sourceFromText } from "../source/source.js";
import { isWanted } from "./compile.js";
import { loadCluster } from "./load.js";
import { selectServices, type Selection } from "./select-services.js";

const service = (namespace: string, name: string, labels = "{}") => `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}, labels: ${labels}}
spec: {ports: [{port: 80}]}
`;

const { cluster } = loadCluster([
  sourceFromText(
    "a.yaml",
    [
      service("shop", "web", "{app: web, tier: front}"),
      service("shop", "db", "{app: db}"),
      service("blog", "web", "{app: web}"),
      service("blog", "editor"),
    ].join("---\n"),
  ),
]);

function selected(selection: Selection): string[] {
  const { filter, diagnostics } = selectServices(cluster, selection);
  if (diagnostics.length > 0)
    return diagnostics.flatMap(({ severity, message, notes = [] }) => [`${severity}: ${message}`, ...notes]);
  return cluster.services
    .map(({ metadata }) => ({ namespace: metadata.namespace ?? "default", name: metadata.name }))
    .filter(({ namespace, name }) => isWanted(namespace, name, filter))
    .map(({ namespace, name }) => `${namespace}/${name}`);
}

const ALL = ["blog/editor", "blog/web", "shop/db", "shop/web"];

describe("selectServices", () => {
  test.each<[string, Selection, string[]]>([
    ["nothing asked for is everything", {}, ALL],
    ["a full name", { service: "shop/web" }, ["shop/web"]],
    ["a name alone is found in any namespace", { service: "editor" }, ["blog/editor"]],
    ["a name in a namespace", { service: "web", namespace: "blog" }, ["blog/web"]],
    ["a namespace", { namespace: "shop" }, ["shop/db", "shop/web"]],
    ["labels", { selector: "app=web" }, ["blog/web", "shop/web"]],
    ["labels as sets", { selector: "app in (web, db),!tier" }, ["blog/web", "shop/db"]],
    ["labels and a namespace", { selector: "app=web", namespace: "shop" }, ["shop/web"]],
    ["a name made unambiguous by labels", { service: "web", selector: "tier" }, ["shop/web"]],
  ])("%s", (_title, selection, expected) => {
    expect(selected(selection)).toEqual(expected);
  });

  test.each<[string, Selection, string[]]>([
    [
      "a misspelt full name",
      { service: "shop/wbe" },
      ["error: the input holds no Service shop/wbe", "did you mean shop/web?"],
    ],
    ["a misspelt name", { service: "editr" }, ["error: the input holds no Service editr", "did you mean blog/editor?"]],
    [
      "a name elsewhere",
      { service: "shop/editor" },
      ["error: the input holds no Service shop/editor", "there is blog/editor"],
    ],
    [
      "a name of several",
      { service: "web" },
      ["error: Service web is in 2 namespaces: blog/web, shop/web", "name one of them: --service blog/web"],
    ],
    [
      "a misspelt namespace",
      { namespace: "shpo" },
      ["error: the input holds no Service in namespace shpo", "did you mean shop?"],
    ],
    [
      "a far namespace",
      { namespace: "zzzzzz" },
      ["error: the input holds no Service in namespace zzzzzz", "namespaces: blog, shop"],
    ],
    [
      "labels of none",
      { selector: "app=wbe" },
      ["error: no Service has labels that -l app=wbe selects", "labels of Services: app=db, app=web, tier=front"],
    ],
    [
      "what is no selector",
      { selector: "app>1" },
      ['error: "app>1" is no label selector', "examples: app=web, tier!=test, env in (a, b), !legacy"],
    ],
    [
      "a name that labels leave out",
      { service: "shop/db", selector: "app=web" },
      ["error: Service shop/db is not among those that -l app=web selects"],
    ],
  ])("is told why %s selects nothing", (_title, selection, expected) => {
    expect(selected(selection)).toEqual(expected);
  });
});
