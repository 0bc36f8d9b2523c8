/** The worker in which written losses run. The page's port arrives with the first message. */
import { serve } from "../worker/calls.ts";
import { channelPort } from "../worker/ports.ts";
import { sandboxMethods } from "./methods.ts";

addEventListener(
  "message",
  ({ ports: [port] }) => {
    serve(channelPort(port), sandboxMethods);
  },
  { once: true },
);
