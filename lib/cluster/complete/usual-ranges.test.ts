import { expect, test } from "@jest/globals";
import { parseCIDR } from "../../net/cidr.js";
import { POD_RANGE, SERVICE_RANGE, SPARE_POD_RANGE } from "./usual-ranges.js";

test("the usual ranges are what their texts say", () => {
  for (const { IPv4, IPv6 } of [POD_RANGE, SPARE_POD_RANGE, SERVICE_RANGE])
    for (const range of [IPv4, IPv6]) expect(parseCIDR(range.text)).toEqual(range);
});
