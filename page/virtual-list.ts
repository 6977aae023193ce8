/** A list of any length of which only what is in view is in the page; one option is chosen, as in the ARIA pattern. */
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualItem,
} from "@tanstack/virtual-core";
import { h } from "../playground/page/dom.js";

export interface VirtualList<T> {
  readonly element: HTMLElement;
  /** Shows these, with none chosen. */
  readonly show: (items: readonly T[]) => void;
  /** Chooses by place and scrolls there; out of range does nothing. */
  readonly choose: (index: number) => void;
  readonly chosen: () => number;
  readonly focus: () => void;
}

interface ListOptions<T> {
  readonly label: string;
  readonly rowHeight: number;
  /** The content of an option. */
  readonly row: (item: T) => readonly (Node | string)[];
  /** Called when the reader chooses. */
  readonly open: (item: T) => void;
}

export function virtualList<T>({ label, rowHeight, row, open }: ListOptions<T>): VirtualList<T> {
  let items: readonly T[] = [];
  let current = -1;
  const sized = h("div", { role: "listbox", tabindex: "0", "aria-label": label, class: "options" });
  const element = h("div", { class: "scroller" }, sized);
  const option = ({ index, start }: VirtualItem) => {
    const made = h(
      "div",
      {
        role: "option",
        id: `option-${index}`,
        "aria-selected": String(index === current),
        "aria-setsize": String(items.length),
        "aria-posinset": String(index + 1),
        click: () => (choose(index), open(items[index]!)),
      },
      ...row(items[index]!),
    );
    made.style.transform = `translateY(${start}px)`;
    return made;
  };
  const draw = () => {
    element.style.setProperty("--total", `${virtualizer.getTotalSize()}px`);
    sized.style.height = `${virtualizer.getTotalSize()}px`;
    sized.replaceChildren(...virtualizer.getVirtualItems().map(option));
    const isDrawn = document.getElementById(`option-${current}`) !== null;
    if (isDrawn) sized.setAttribute("aria-activedescendant", `option-${current}`);
    else sized.removeAttribute("aria-activedescendant");
  };
  const settings = () => ({
    count: items.length,
    getScrollElement: () => element,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: draw,
  });
  const virtualizer = new Virtualizer<HTMLElement, HTMLElement>(settings());
  const update = () => {
    virtualizer.setOptions(settings());
    virtualizer._willUpdate();
    draw();
  };
  const choose = (index: number) => {
    if (index < 0 || index >= items.length) return;
    current = index;
    virtualizer.scrollToIndex(index, { align: "auto" });
    draw();
  };
  return {
    element,
    show(shown) {
      items = shown;
      current = -1;
      element.scrollTop = 0;
      update();
    },
    choose,
    chosen: () => current,
    focus: () => sized.focus(),
  };
}
