/**
 * Stages put together into passes: what walks the same elements, and shares what it reads or makes, is computed in
 * one walk. A loss's value and its gradient then touch memory once.
 */
import type { Node } from "../../../graph/node.ts";
import type { Shape } from "../../../shape.ts";
import type { Schedule, Stage } from "../../schedule.ts";
import { convolutionOf } from "./convolution.ts";
import { commonShape, loopOrder, refinedAxes } from "./domain.ts";
import { type Member, memberOf } from "./member.ts";
import { type Tail, tailOf } from "./tail.ts";

export interface Group {
  readonly members: readonly Member[];
  /** The grid that all members share; of one member alone, its own. */
  readonly domain: Shape;
  /** Axes of the domain, outermost loop first. */
  readonly order: readonly number[];
  /** Of a convolution: the map that its kernel applies to its results. */
  readonly tail: Tail | null;
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
  tail: Tail | null;
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
    tail: null,
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

/** How many stages read each stored node; what is returned counts as read. */
function readerCounts({ stages, outputs }: Schedule): Map<Node, number> {
  const counts = new Map<Node, number>();
  for (const node of [...stages.flatMap(({ reads }) => reads), ...outputs]) {
    counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
}

/** A convolution whose results go nowhere but into a map, and that map: its kernel stores what the map makes of them. */
function attached(
  stage: Stage,
  schedule: Schedule,
  readers: ReadonlyMap<Node, number>,
  groups: readonly Open[],
  made: ReadonlyMap<Node, { at: number }>,
): number | null {
  for (const read of stage.reads) {
    const at = made.get(read)?.at;
    if (at === undefined || readers.get(read) !== 1) continue;
    const group = groups[at];
    const [{ strategy, stage: source }] = group.members;
    if (strategy !== "convolution" || group.tail !== null) continue;
    if (convolutionOf(source.node)?.finishes !== true) continue;
    const tail = tailOf(stage, read, schedule.isStored);
    // Whatever else it reads must be there before the convolution runs.
    if (tail === null || tail.reads.some((one) => (made.get(one)?.at ?? -1) >= at)) continue;
    group.tail = tail;
    for (const one of tail.reads) group.reads.add(one);
    group.makes.add(stage.node);
    return at;
  }
  return null;
}

/** Groups in an order in which they can run. */
export function groupStages(schedule: Schedule): Group[] {
  const groups: Open[] = [];
  /** The group that makes a node, and whether its elements are at hand within that group. */
  const made = new Map<Node, { at: number; element: boolean }>();
  const readers = readerCounts(schedule);
  for (const stage of schedule.stages) {
    const behind = attached(stage, schedule, readers, groups, made);
    if (behind !== null) {
      made.set(stage.node, { at: behind, element: false });
      continue;
    }
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
  return groups.map(({ members, domain, order, tail }) => ({ members, domain, order, tail }));
}
