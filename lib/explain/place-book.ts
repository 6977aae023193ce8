/** Places of the input, turned into lines together: each source is counted through once. */
import { locate } from "../readers/locate.js";
import type { Place } from "../source/origin.js";
import { lineOf } from "../source/position.js";
import type { Source } from "../source/source.js";

/** `line` is there once the book is settled. */
export interface NotedPlace {
  readonly file: string;
  readonly line?: number;
}

export interface PlaceBook {
  readonly note: (place: Place) => NotedPlace;
  /** Fills in the lines of everything noted. */
  readonly settle: () => void;
}

/** An empty book. */
export function createPlaceBook(): PlaceBook {
  const byKey = new Map<Place["origin"], Map<string, { file: string; line?: number }>>();
  const open: { readonly place: Place; readonly noted: { file: string; line?: number } }[] = [];
  return {
    note(place) {
      let ofOrigin = byKey.get(place.origin);
      if (!ofOrigin) byKey.set(place.origin, (ofOrigin = new Map()));
      const key = `${place.path.join("\0")}\0${place.of ?? ""}`;
      let noted = ofOrigin.get(key);
      if (!noted) {
        noted = { file: place.origin.source.name };
        ofOrigin.set(key, noted);
        open.push({ place, noted });
      }
      return noted;
    },
    settle() {
      const bySource = new Map<Source, { readonly offset: number; readonly noted: { line?: number } }[]>();
      for (const { place, noted } of open.splice(0)) {
        const { source, start } = locate(place);
        const list = bySource.get(source);
        if (list) list.push({ offset: start, noted });
        else bySource.set(source, [{ offset: start, noted }]);
      }
      for (const [source, list] of bySource)
        for (const { offset, noted } of list.sort((a, b) => a.offset - b.offset)) noted.line = lineOf(source, offset);
    },
  };
}
