/** A packet that kube-proxy translated, or an answer to it, in a base chain of another owner: what surely becomes of it, and of its mark. */
import type { NftRule, Statement, Verdict } from "../../rulesets/nftables/types.js";
import { rulesMeeting } from "./by-destination.js";
import { doerOf, doerOfPolicy, type Doer, type ForeignBase } from "./foreign-bases.js";
import { meetHidden } from "./meet-hidden.js";
import { meetFlags } from "./meet-flags.js";
import {
  CHANGES,
  MAY_PASS,
  meetMap,
  meetMatch,
  meetReject,
  NOTRACK,
  NOTRACK_LATER,
  withoutTexts,
} from "./meet-packet.js";
import { both, MAYBE, YES, type Meeting } from "./meeting.js";
import type { FrontendPacket } from "./packet.js";

export interface Passage {
  /** Whether the packet has kube-proxy's masquerade mark behind the chain; undefined where that is not sure. */
  readonly isMarked: boolean | undefined;
  /** What surely refuses the packet. */
  readonly refusedBy?: Doer;
  /** What surely changed the mark last. */
  readonly changedBy?: Doer;
  /** What surely keeps it from being tracked. */
  readonly untrackedBy?: Doer;
  /** Something in front of the kernel's tracking may have given it a connection. */
  readonly mayHaveConnection: boolean;
  /** It surely has another source address. */
  readonly isTranslated: boolean;
  /** Rules were left out. */
  readonly isCut: boolean;
  /** Rules that were looked at. */
  readonly met: number;
}

/** Chains in chains, as the kernel allows them, and rules that one packet meets in a base chain. */
const DEEPEST = 16;
const MOST_MET = 20_000;

const REFUSES = /(^|[ {"])(drop|reject)\b|"(DROP|REJECT)"/;
const GIVES_ADDRESS = /(^|[ {"])(snat|masquerade)\b|"(SNAT|MASQUERADE)"/;
const LOGS = /^(log\b|\{"log"|\{"xt":\{"type":"match","name":"comment"|xt match "comment")/;
const MARK_CHANGE = /^(\||or|\^|xor) (0x[0-9a-f]+|\d+)/;
const TOUCHES_MARK = /(?<!\bct )mark set|"mangle":\{"key":\{"meta"|MARK"/;
/** The mark that conntrack keeps with a connection, as iptables-nft's CONNMARK --restore-mark is listed, too. */
const RESTORES_MARK =
  /^(meta )?mark set ct mark$|^\{"mangle":\{"key":\{"meta":\{"key":"mark"\}\},"value":\{"ct":\{"key":"mark"\}\}\}\}$/;
/** Gives the packet a connection in front of the kernel's tracking, behind which nothing keeps it from being tracked. */
const GIVES_CONNECTION =
  /\bct (helper|(original |reply )?zone) set\b|"key":\{"ct":\{"key":"(helper|zone)"|\bxt target "CT"|"name":"CT"/;
const MAY_RETURN = /(^|[ {"])return\b|"RETURN"/;

export type TranslatedPacket = FrontendPacket & Required<Pick<FrontendPacket, "after">>;

type End = "refused" | "through" | "back" | undefined;

export function passBehind(front: ForeignBase, packet: TranslatedPacket): Passage {
  return new WalkBehind(front, packet).run();
}

class WalkBehind {
  private isMarked: boolean | undefined;
  private changedBy: Doer | undefined;
  private refusedBy: Doer | undefined;
  private untrackedBy: Doer | undefined;
  private mayHaveConnection = false;
  private isTranslated = false;
  /** A rule before may have let the packet through. */
  private mayBeThrough = false;
  /** A rule before may have ended the chain that is walked, behind which others and the policy may still refuse the packet. */
  private mayBeBack = false;
  private met = 0;

  constructor(
    private readonly front: ForeignBase,
    private readonly packet: TranslatedPacket,
  ) {
    this.isMarked = packet.after.isMarked;
  }

  run(): Passage {
    const { chain, base } = this.front;
    const end = this.walk(chain.name, YES, DEEPEST);
    const isCut = this.met > MOST_MET;
    if (end !== "refused" && end !== "through" && base.policy === "drop" && !this.mayBeThrough && !isCut)
      this.refusedBy = doerOfPolicy(this.front);
    const { isMarked, isTranslated, refusedBy, changedBy, untrackedBy, mayHaveConnection } = this;
    return {
      isMarked,
      isTranslated,
      mayHaveConnection,
      isCut,
      met: this.met,
      ...(refusedBy && { refusedBy }),
      ...(changedBy && { changedBy }),
      ...(untrackedBy && { untrackedBy }),
    };
  }

  private walk(chain: string, before: Meeting, depth: number): End {
    const outer = this.mayBeBack;
    this.mayBeBack = false;
    const end = this.applyAll(rulesMeeting(this.front.rules.get(chain) ?? [], this.packet), before, depth);
    this.mayBeBack = outer;
    return end;
  }

  private applyAll(rules: readonly NftRule[], before: Meeting, depth: number): End {
    for (const rule of rules) {
      if (++this.met > MOST_MET) return "through";
      const end = this.apply(rule, this.mayBeBack ? both(before, MAYBE) : before, depth);
      if (end) return end;
    }
    return "back";
  }

  private apply(rule: NftRule, before: Meeting, depth: number): End {
    let meeting = before;
    for (const statement of rule.statements) {
      if (meeting.holds === "no") return undefined;
      if (statement.kind === "match") meeting = both(meeting, meetMatch(statement, this.known(), this.front.sets));
      else if (statement.kind === "verdict") return this.decide(statement.verdict, rule, meeting, depth);
      else if (statement.kind === "vmap") {
        const end = this.decideByMap(statement, rule, meeting, depth);
        if (end) return end;
      } else if (statement.kind === "reject")
        return meetReject(statement.with, this.packet) ? this.refuse(rule, meeting) : undefined;
      else if (statement.kind === "set-mark") this.mark(statement.operator, statement.value, meeting, rule);
      else if (statement.kind === "masquerade") return this.translate(meeting);
      else if (statement.kind === "unknown") {
        const end = this.applyUnknown(statement.text, rule, meeting);
        if (end) return end;
        if (
          !LOGS.test(withoutTexts(statement.text)) &&
          !MARK_CHANGE.test(statement.text) &&
          !CHANGES.test(statement.text)
        )
          meeting = both(
            meeting,
            meetHidden(rule, statement, this.front) ?? meetFlags(statement.text, this.packet) ?? MAYBE,
          );
      }
    }
    return undefined;
  }

  private known(): TranslatedPacket {
    return { ...this.packet, after: { ...this.packet.after, isMarked: this.isMarked } };
  }

  private applyUnknown(text: string, rule: NftRule, meeting: Meeting): End {
    const bare = withoutTexts(text).replace(/ counter( packets \d+ bytes \d+)?/g, "");
    const [, operator, value] = MARK_CHANGE.exec(bare) ?? [];
    if (value !== undefined) {
      this.mark(operator === "|" || operator === "or" ? "or" : "xor", Number(value), meeting, rule);
      return undefined;
    }
    if (RESTORES_MARK.test(bare) && !this.packet.after.mayHaveConnectionMark) this.mark("assign", 0, meeting, rule);
    else if (TOUCHES_MARK.test(bare)) this.isMarked = undefined;
    if (this.packet.isUntracked) this.track(bare, rule, meeting);
    if (MAY_PASS.test(bare)) this.mayBeThrough = true;
    if (MAY_RETURN.test(bare)) this.mayBeBack = true;
    const isSure = /^(drop|reject|\{"(drop|reject)|snat|\{"snat|xt target|\{"xt":\{"type":"target")/.test(bare);
    const isLogged =
      LOGS.test(bare) && !bare.startsWith("{") && /^log( (group|level|flags) \S+)* (drop|reject\b.*)$/.test(bare);
    const own = isSure || isLogged ? meeting : both(meeting, MAYBE);
    if (GIVES_ADDRESS.test(bare)) return this.translate(own);
    if (!REFUSES.test(bare)) return undefined;
    const [, answer] = /\breject with (\S+ \S+)/.exec(bare) ?? [];
    return meetReject(answer, this.packet) ? this.refuse(rule, own) : undefined;
  }

  private decideByMap(
    statement: Extract<Statement, { kind: "vmap" }>,
    rule: NftRule,
    meeting: Meeting,
    depth: number,
  ): End {
    if ("name" in statement.map && !this.front.sets.has(statement.map.name)) this.mayBeThrough = true;
    for (const { verdict, meeting: of } of meetMap(statement, this.known(), this.front.sets)) {
      const end = this.decide(verdict, rule, both(meeting, of), depth);
      if (end) return end;
    }
    return undefined;
  }

  private decide(verdict: Verdict, rule: NftRule, meeting: Meeting, depth: number): End {
    if (meeting.holds === "no" || verdict.kind === "continue") return undefined;
    const isSure = meeting.holds === "yes";
    if (verdict.kind === "drop") return this.refuse(rule, meeting);
    if (!("chain" in verdict)) {
      if (isSure) return verdict.kind === "accept" ? "through" : "back";
      if (verdict.kind === "accept") this.mayBeThrough = true;
      else this.mayBeBack = true;
      return undefined;
    }
    if (depth === 0) {
      this.mayBeThrough = true;
      return undefined;
    }
    const end = this.walk(verdict.chain, meeting, depth - 1);
    if (end === "refused" || (end === "through" && isSure)) return end;
    if (verdict.kind !== "goto") return undefined;
    if (isSure) return "back";
    this.mayBeBack = true;
    return undefined;
  }

  private refuse(rule: NftRule, { holds }: Meeting): End {
    if (holds !== "yes" || this.mayBeThrough) return undefined;
    this.refusedBy = doerOf(this.front, rule);
    return "refused";
  }

  /** Source: Linux nft_ct.c, nft_notrack_eval. */
  private track(bare: string, rule: NftRule, meeting: Meeting): void {
    if (GIVES_CONNECTION.test(bare)) this.mayHaveConnection = true;
    const isAsking = NOTRACK_LATER.test(bare);
    if (!isAsking && !NOTRACK.test(bare)) return;
    const { holds } = isAsking ? both(meeting, meetFlags(bare, this.packet) ?? MAYBE) : meeting;
    if (holds === "yes" && !this.mayBeThrough && !this.mayHaveConnection) this.untrackedBy ??= doerOf(this.front, rule);
  }

  private translate({ holds }: Meeting): End {
    if (holds !== "yes") {
      this.mayBeThrough = true;
      return undefined;
    }
    this.isTranslated ||= !this.mayBeThrough;
    return "through";
  }

  private mark(operator: "or" | "xor" | "and" | "assign", value: number, { holds }: Meeting, rule: NftRule): void {
    const after = markAfter(this.isMarked, operator, (value & this.packet.after.bit) !== 0);
    if (after === this.isMarked) return;
    const isSure = holds === "yes" && !this.mayBeThrough;
    this.isMarked = isSure ? after : undefined;
    this.changedBy = doerOf(this.front, rule);
  }
}

/** What a change makes of the bit; `isSet`: in the value of the change. */
function markAfter(
  before: boolean | undefined,
  operator: "or" | "xor" | "and" | "assign",
  isSet: boolean,
): boolean | undefined {
  if (operator === "assign") return isSet;
  if (operator === "and") return isSet ? before : false;
  if (operator === "or") return isSet ? true : before;
  return isSet && before !== undefined ? !before : before;
}
