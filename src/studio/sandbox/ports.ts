/** One end of a channel. */
import type { Port } from "../worker/calls.ts";

export function channelPort(port: MessagePort): Port {
  return {
    post: (message, transfer) => port.postMessage(message, transfer),
    listen(receive) {
      port.addEventListener("message", (event) => receive(event.data));
      port.start();
    },
  };
}
