/**
 * Skims the items of one list: the one door to this folder. What it does not take, the reader reads whole; both give the
 * same objects and diagnostics.
 */
import type { ByteWindow } from "../../byte-window.js";
import type { ReaderSink } from "../../sink.js";
import { createSkimMemory, type SkimMemory } from "./endpoints.js";
import { cutAt, separatorAfter, type ItemSeparator } from "./item-separator.js";
import { createSliceSkimmer, isSkimmed, type SliceSkimmer } from "./slice.js";
import { createSkimmedItems, learnItem, takeItem, type SkimmedItems } from "./skimmed-items.js";

export { isSkimmed };

export interface ListSkimmer {
  readonly sink: ReaderSink;
  readonly memory: SkimMemory;
  /** Undefined for a sink that wants every object whole. */
  readonly items: SkimmedItems | undefined;
  /** What stands between the two items read last. */
  separator: ItemSeparator | undefined;
  /** Undefined for a sink that asks what endpoints refer to. */
  slices: SliceSkimmer | undefined;
}

export function createListSkimmer(sink: ReaderSink): ListSkimmer {
  const memory = createSkimMemory();
  const items = createSkimmedItems(sink, memory);
  return { sink, memory, items, separator: undefined, slices: undefined };
}

/** Hands out the item at the window's place if it is written as one before it; the index after it, below 0 otherwise. */
export function skimItem(window: ByteWindow, { items }: ListSkimmer): number {
  return items ? takeItem(window, items) : -1;
}

/** The item at the window's place as a value, if the separator tells where it ends. Undefined says nothing about the text. */
export function cutItem(
  window: ByteWindow,
  { separator, slices }: ListSkimmer,
): { readonly value: unknown; readonly end: number } | undefined {
  return separator && cutAt(window, separator, slices);
}

/** Learns from the item between the window's place and `end`, which was handed out whole as this value. */
export function learnFrom(window: ByteWindow, end: number, value: unknown, { items }: ListSkimmer): void {
  if (items) learnItem(window, end, value, items);
}

/** Learns what stands between items from what follows the one that ends at `end`. */
export function learnSeparator(window: ByteWindow, end: number, skimmer: ListSkimmer): void {
  skimmer.separator = separatorAfter(window, end);
  if (skimmer.sink.rulesOnly) skimmer.slices = createSliceSkimmer(skimmer.memory);
}
