import type { EventSample } from "@cnntargz/contracts";
import type { Spec } from "vega";

/** What the page's script works on; nothing of it is needed to read the page. */
export interface PageData {
  /** Compiled Vega specs by figure name. */
  readonly figures: Readonly<Record<string, Spec>>;
  readonly events: EventSample | null;
}
