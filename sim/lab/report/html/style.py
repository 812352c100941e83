"""The style sheet: for a wide screen, a phone and paper."""

CSS = """
:root { --ink: #1a1a1a; --soft: #5c5c5c; --rule: #d9d9d9; --back: #fff; --wash: #f5f6f7; color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1240px; padding: 1.2rem 1rem 3rem; background: var(--back); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .2rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .5rem; }
p { margin: .4rem 0; max-width: 85ch; }
.lead { font-size: 1.1rem; }
.lead, .answer { border-left: 4px solid #0072B2; padding-left: .8rem; }
.soft, figcaption, footer { color: var(--soft); font-size: .9rem; }
.scroll { overflow: auto; max-height: 75vh; border: 1px solid var(--rule); border-radius: 6px; margin: .8rem 0 .4rem; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: .765rem; line-height: 1.35; }
th, td { padding: .3rem .32rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule);
  font-variant-numeric: tabular-nums; }
th { position: sticky; top: 0; background: var(--wash); font-weight: 600; z-index: 1; white-space: normal; }
th.text, td.text { text-align: left; }
td.long { white-space: normal; min-width: 14em; max-width: 22em; }
td.wraps { white-space: normal; }
tr:last-child td { border-bottom: 0; }
tr.base td { background: #eef4f9; font-weight: 600; }
td svg { display: block; width: 84px; height: 17px; }
.verdict { font-weight: 600; }
.better { color: #00694d; } .worse { color: #a84300; } .undecided, .equal { color: var(--soft); font-weight: 400; }
ul.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .5rem 0; padding: 0;
  font-size: .86rem; }
ul.legend li { display: flex; align-items: center; gap: .45rem; }
ul.legend svg { width: 44px; height: 16px; flex: none; }
.row { display: flex; flex-wrap: wrap; gap: 0 1.2rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 430px), 1fr)); gap: 1.6rem 2rem;
  margin-top: 1rem; }
figure { margin: 0; min-width: 0; }
figure h3 { font-size: 1rem; margin: 0; }
figure > svg, figure > div > svg { width: 100%; height: auto; display: block; margin-top: .4rem; }
svg text { font: 12.5px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--ink); }
svg .grid { stroke: #e3e3e3; stroke-width: 1; }
svg .none { fill: none; stroke: var(--rule); stroke-dasharray: 3 3; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--rule); padding-top: .6rem; }
@media (max-width: 560px) {
  body { padding: .9rem .8rem 2rem; }
  svg text { font-size: 14.5px; }
  th, td { padding: .3rem; }
}
@media print {
  @page { margin: 14mm; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .scroll { max-height: none; overflow: visible; border: 0; }
  table { font-size: 7.4pt; }
  th, td { padding: .15rem .3rem; }
  th { position: static; }
  thead { display: table-header-group; }
  tr, figure { break-inside: avoid; }
  h2, figcaption { break-after: avoid; }
  .figures { grid-template-columns: 1fr 1fr; gap: 1rem; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"""
