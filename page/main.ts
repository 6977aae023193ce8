/** The page of `--output html`: reads the data it embeds, and shows service ports, or the nodes of a fleet. */
import type { PageData } from "../lib/render/html/page-data.js";
import { clusterView } from "./cluster-view.js";
import { fleetView } from "./fleet-view.js";

const data = JSON.parse(document.getElementById("data")!.textContent) as PageData;
document.body.append(...(data.kind === "fleet" ? fleetView(data) : clusterView(data)));
// Links are followed once everything is there.
dispatchEvent(new Event("hashchange"));
document.documentElement.dataset["ready"] = "";
