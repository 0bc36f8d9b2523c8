/**
 * A schedule cut into segments: runs of stages that a device takes without coming back, and the host stages
 * between them, whose operands are read back and whose results are uploaded.
 */
import type { Node } from "../../graph/node.ts";
import { isInput } from "../../graph/simplify.ts";
import type { Schedule, Stage } from "../schedule.ts";

export interface Segment {
  readonly device: readonly Stage[];
  /** Run after the device stages, on what they and earlier segments gave. */
  readonly host: readonly Stage[];
  /** Nodes of arguments, earlier segments or host stages that the device stages read. */
  readonly takes: readonly Node[];
  /**
   * Nodes of the device stages that are read back: outputs, operands of host stages, takings of later
   * segments.
   */
  readonly gives: readonly Node[];
}

export function isHostStage(stage: Stage): boolean {
  return stage.kind === "order" || stage.kind === "host";
}

/** The segment from which on each node's value is there; device results already within their own. */
function readyAt(schedule: Schedule): Map<Node, number> {
  const ready = new Map<Node, number>();
  for (const stage of schedule.stages) {
    const at = Math.max(0, ...stage.reads.map((read) => ready.get(read) ?? 0));
    ready.set(stage.node, isHostStage(stage) ? at + 1 : at);
  }
  return ready;
}

export function segmentsOf(schedule: Schedule): Segment[] {
  const ready = readyAt(schedule);
  const count = Math.max(0, ...ready.values()) + 1;
  const stagesAt = Array.from({ length: count }, () => ({ device: [] as Stage[], host: [] as Stage[] }));
  for (const stage of schedule.stages) {
    const at = ready.get(stage.node) as number;
    if (isHostStage(stage)) stagesAt[at - 1].host.push(stage);
    else stagesAt[at].device.push(stage);
  }
  const outputs = new Set(schedule.outputs);
  return stagesAt.map(({ device, host }, i) => {
    const own = new Set(device.map((stage) => stage.node));
    const takes = new Set(device.flatMap((stage) => stage.reads.filter((read) => !own.has(read))));
    const later = stagesAt.slice(i + 1).flatMap((next) => [...next.device, ...next.host]);
    const wanted = new Set([...host, ...later].flatMap((stage) => stage.reads));
    const gives = [...own].filter((node) => outputs.has(node) || wanted.has(node));
    return { device, host, takes: [...takes], gives: gives.filter((node) => !isInput(node)) };
  });
}
