/**
 * Stages put together into passes: what walks the same elements, and shares what it reads or makes, is computed in
 * one walk. A loss's value and its gradient then touch memory once.
 */
import type { Node } from "../../../graph/node.ts";
import type { Shape } from "../../../shape.ts";
import type { Schedule } from "../../schedule.ts";
import { commonShape, loopOrder, refinedAxes } from "./domain.ts";
import { type Member, memberOf } from "./member.ts";

export interface Group {
  readonly members: readonly Member[];
  /** The grid that all members share; of one member alone, its own. */
  readonly domain: Shape;
  /** Axes of the domain, outermost loop first. */
  readonly order: readonly number[];
}

/** Passes stay small enough for registers, and for people who read them. */
const MOST_MEMBERS = 16;
const MOST_READS = 24;
const MOST_COST = 900;

interface Open {
  members: Member[];
  domain: Shape;
  order: readonly number[];
  readonly makes: Set<Node>;
  readonly reads: Set<Node>;
  cost: number;
}

const alone = ({ strategy }: Member) => strategy !== "element" && strategy !== "fold";

export function keptAxes(member: Member, domain: Shape): Set<number> {
  return member.strategy === "fold" ? refinedAxes(member.domain, member.kept, domain) : new Set();
}

/** The grid and loops of a group with one more member, or `null`. */
function joined(group: Open, member: Member): { domain: Shape; order: readonly number[] } | null {
  const domain = commonShape(group.domain, member.domain);
  if (domain === null) return null;
  const folds = [...group.members, member].filter((one) => one.strategy === "fold");
  const order = loopOrder(
    domain,
    folds.map((fold) => keptAxes(fold, domain)),
  );
  return order === null ? null : { domain, order };
}

function start(member: Member): Open {
  const group: Open = {
    members: [],
    domain: member.domain,
    order: member.domain.map((_, axis) => axis),
    makes: new Set(),
    reads: new Set(),
    cost: 0,
  };
  const grid = alone(member) ? null : joined(group, member);
  enter(group, member, grid ?? group);
  return group;
}

function enter(group: Open, member: Member, grid: { domain: Shape; order: readonly number[] }): void {
  group.domain = grid.domain;
  group.order = grid.order;
  group.members.push(member);
  group.makes.add(member.stage.node);
  for (const read of member.stage.reads) group.reads.add(read);
  group.cost += member.cost;
}

function fits(group: Open, member: Member): ReturnType<typeof joined> {
  if (alone(group.members[0]) || group.members.length >= MOST_MEMBERS) return null;
  if (group.cost + member.cost > MOST_COST) return null;
  const reads = new Set([...group.reads, ...member.stage.reads]);
  return reads.size > MOST_READS ? null : joined(group, member);
}

/** Groups in an order in which they can run. */
export function groupStages(schedule: Schedule): Group[] {
  const groups: Open[] = [];
  /** The group that makes a node, and whether its elements are at hand within that group. */
  const made = new Map<Node, { at: number; element: boolean }>();
  for (const stage of schedule.stages) {
    const member = memberOf(stage, schedule.isStored);
    const earliest = stage.reads.map((read) => {
      const source = made.get(read);
      if (source === undefined) return 0;
      return source.element && member.aligned.has(read) ? source.at : source.at + 1;
    });
    let at = Math.max(0, ...earliest);
    let grid: ReturnType<typeof joined> = null;
    if (!alone(member)) {
      for (; at < groups.length; at++) {
        grid = fits(groups[at], member);
        if (grid !== null) break;
      }
    }
    if (grid !== null) enter(groups[at], member, grid);
    else at = groups.push(start(member)) - 1;
    made.set(stage.node, { at, element: member.strategy === "element" });
  }
  return groups.map(({ members, domain, order }) => ({ members, domain, order }));
}
