/** Elements of the maps of frontends where only some service ports are asked for. */
import { expect, test } from "@jest/globals";
import { labelsOfPaths, pathOfLabel } from "./paths.js";

test("labels are those of which the paths are made", () => {
  const labels = ["ns/web:http", "ns/unnamed", "other/web:http"];
  const paths = new Set(labels.map((label) => pathOfLabel(label, "tcp")));
  expect(paths).toEqual(new Set(["ns/web/tcp/http", "ns/unnamed/tcp/", "other/web/tcp/http"]));
  expect([...labelsOfPaths(paths)!]).toEqual(labels);
});

test("where a path is none of a service port nothing is told of labels", () => {
  expect(labelsOfPaths(new Set(["ns/web/tcp/http", "10.96.0.1 . tcp . 80"]))).toBeUndefined();
  expect(labelsOfPaths(new Set(["ns/web/tcp/http/more"]))).toBeUndefined();
});
