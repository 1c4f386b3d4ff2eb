import type { TooltipHandler } from "vega";

/** The numbers of a point, beside the pointer. */
export class Tooltip {
  readonly #box: HTMLElement = document.createElement("div");

  constructor() {
    this.#box.className = "tooltip";
    this.#box.setAttribute("aria-hidden", "true");
    this.#box.hidden = true;
    document.body.append(this.#box);
  }

  readonly handler: TooltipHandler = (_handler, event, _item, value: unknown) => {
    if (typeof value !== "object" || value === null) {
      this.#box.hidden = true;
      return;
    }
    const rows = Object.entries(value).map(([name, text]) => {
      const row = document.createElement("p");
      const key = document.createElement("span");
      key.textContent = name;
      row.append(key, String(text));
      return row;
    });
    this.#box.replaceChildren(...rows);
    this.#box.hidden = false;
    const { clientX, clientY } = event;
    const { offsetWidth, offsetHeight } = this.#box;
    const room = 12;
    const left = Math.min(clientX + room, innerWidth - offsetWidth - room);
    const isBelow = clientY + room + offsetHeight < innerHeight;
    this.#box.style.left = `${Math.max(room, left)}px`;
    this.#box.style.top = `${isBelow ? clientY + room : clientY - offsetHeight - room}px`;
  };
}
