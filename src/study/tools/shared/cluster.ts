/** Things that are alike, side by side: average linkage over a matrix of similarities. */

/** A branch: the things under it from left to right, and how alike its two halves are. */
interface Branch {
  readonly items: readonly number[];
  readonly similarity: number;
  readonly parts: readonly Branch[];
}

/** Things in an order in which like stands beside like, and the groups that they fall into. */
export interface Clusters {
  readonly order: readonly number[];
  /** Each in the order; alone where nothing is like it. */
  readonly groups: readonly (readonly number[])[];
}

type Matrix = readonly (readonly number[])[];

function meanBetween(a: readonly number[], b: readonly number[], similarity: Matrix): number {
  let sum = 0;
  for (const i of a) for (const j of b) sum += similarity[i][j];
  return sum / (a.length * b.length);
}

/** Two branches side by side, each turned so that the ends that meet are most alike. */
function joined(a: Branch, b: Branch, similarity: Matrix): Branch {
  const turned = (branch: Branch) => [branch.items, [...branch.items].reverse()];
  let items: readonly number[] = [];
  let best = -Infinity;
  for (const left of turned(a)) {
    for (const right of turned(b)) {
      const meeting = similarity[left[left.length - 1]][right[0]];
      if (meeting <= best) continue;
      [best, items] = [meeting, [...left, ...right]];
    }
  }
  return { items, similarity: meanBetween(a.items, b.items, similarity), parts: [a, b] };
}

function groupsOf(branch: Branch, least: number, order: readonly number[]): (readonly number[])[] {
  if (branch.similarity >= least) return [order.filter((i) => branch.items.includes(i))];
  return branch.parts.flatMap((part) => groupsOf(part, least, order));
}

/**
 * Joins the two most alike again and again, by the mean similarity between them.
 *
 * @param similarity - symmetric
 * @param least - mean similarity down to which branches are one group
 */
export function clustered(similarity: Matrix, least: number): Clusters {
  let branches: Branch[] = similarity.map((_, i) => ({ items: [i], similarity: Infinity, parts: [] }));
  while (branches.length > 1) {
    let [best, a, b] = [-Infinity, branches[0], branches[1]];
    for (let i = 0; i < branches.length; i++) {
      for (let j = i + 1; j < branches.length; j++) {
        const between = meanBetween(branches[i].items, branches[j].items, similarity);
        if (between > best) [best, a, b] = [between, branches[i], branches[j]];
      }
    }
    branches = [...branches.filter((one) => one !== a && one !== b), joined(a, b, similarity)];
  }
  const order = branches[0]?.items ?? [];
  // Groups come out by the tree; told in the order of the picture.
  const groups = branches.flatMap((root) => groupsOf(root, least, order));
  return { order, groups: groups.sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0])) };
}
