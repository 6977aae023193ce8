/** kube-proxy's configuration inside a ConfigMap. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { ConfigMap, KubeProxyConfiguration } from "../kube/types.js";
import { parseYAMLText } from "../readers/yaml/parse-text.js";
import { fieldsOf } from "./trim/shape.js";

/** Where installers keep it: kubeadm and kind, EKS, OpenShift with a standalone kube-proxy. */
const KEYS: Readonly<Record<string, string>> = {
  "kube-system/kube-proxy": "config.conf",
  "kube-system/kube-proxy-config": "config",
  "openshift-kube-proxy/proxy-config": "kube-proxy-config.yaml",
};

/** The KubeProxyConfiguration that a ConfigMap holds; undefined when it holds none. */
export function readProxyConfigMap(
  configMap: ConfigMap,
  report: (diagnostic: Diagnostic) => void,
): KubeProxyConfiguration | undefined {
  const name = `${configMap.metadata.namespace ?? ""}/${configMap.metadata.name}`;
  const key = Object.hasOwn(KEYS, name) ? KEYS[name]! : undefined;
  if (key === undefined || !configMap.data || !Object.hasOwn(configMap.data, key)) return undefined;
  const { origin } = configMap;
  const path = ["data", key];
  const parsed = parseYAMLText(configMap.data[key]!);
  if ("error" in parsed) {
    report({
      code: "bad-proxy-configuration",
      severity: "error",
      message: `${key} of ConfigMap ${name} is not YAML: ${parsed.error.message} (line ${parsed.error.line})`,
      at: origin && { origin, path },
    });
    return undefined;
  }
  for (const value of parsed.values) {
    const fields = fieldsOf(value);
    if (fields?.["kind"] !== "KubeProxyConfiguration") continue;
    return {
      ...fields,
      apiVersion: typeof fields["apiVersion"] === "string" ? fields["apiVersion"] : "",
      kind: "KubeProxyConfiguration",
      origin: origin && { ...origin, path: [...origin.path, ...path] },
    };
  }
  return undefined;
}
