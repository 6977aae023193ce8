/** The style sheet of the page; dark and light, no web fonts. */
export const PAGE_STYLE = String.raw`
:root { color-scheme: light dark; --line: #8886; --soft: #8882; --missing: #c62828; --stale: #a86200; --accent: #2563eb; }
@media (prefers-color-scheme: dark) { :root { --missing: #ff6b6b; --stale: #f5a623; --accent: #7aa7ff; } }
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.45 system-ui, sans-serif; display: grid; grid-template: auto 1fr / minmax(16rem, 24rem) 1fr; height: 100vh; }
header { grid-column: 1 / 3; padding: .6rem 1rem; border-bottom: 1px solid var(--line); display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; }
header h1 { font-size: 1rem; margin: 0; }
header input { flex: 1 1 16rem; font: inherit; padding: .3rem .6rem; }
nav { overflow: auto; border-right: 1px solid var(--line); }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li button { all: unset; display: block; width: 100%; padding: .3rem 1rem; cursor: pointer; border-left: 4px solid transparent; box-sizing: border-box; overflow-wrap: anywhere; }
nav li button:hover { background: var(--soft); }
nav li button:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
nav li button[aria-current="true"] { background: var(--soft); border-left-color: var(--accent); }
nav li button.missing { border-left-color: var(--missing); }
nav li button.stale { border-left-color: var(--stale); }
nav p { padding: 0 1rem; }
main { overflow: auto; padding: 1rem; }
main h2 { margin-top: 0; overflow-wrap: anywhere; }
ul.tree { list-style: none; padding-left: 1.1rem; border-left: 1px solid var(--line); margin: .2rem 0 .2rem .4rem; }
ul.tree > li { padding: .1rem 0; overflow-wrap: anywhere; }
.share { display: inline-block; min-width: 3.2rem; font-variant-numeric: tabular-nums; color: var(--accent); }
.detail { opacity: .7; }
code, pre { font: 12px/1.45 ui-monospace, monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .2rem 0; padding: .4rem .6rem; background: var(--soft); }
.missing { color: var(--missing); } .stale { color: var(--stale); }
nav .missing, nav .stale { color: inherit; }
mark { background: #fc06; color: inherit; }
@media (max-width: 50rem) { body { grid-template: auto 40vh 1fr / 1fr; } header { grid-column: 1; } nav { border-right: 0; border-bottom: 1px solid var(--line); } }
`;
