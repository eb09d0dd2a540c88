/** The page's looks, near to Grafana's dark theme. */
export const STYLE = `
* { box-sizing: border-box; }
body { margin: 0; padding: 24px; background: #111217; color: #d5d6dc; font: 13px/1.5 Inter, "Helvetica Neue", Arial, sans-serif; }
nav, .dashboard { width: var(--width); margin: 0 auto 40px; }
nav h1, header h1 { margin: 0; font-size: 22px; font-weight: 500; }
nav ul { margin: 8px 0 0; padding: 0; list-style: none; }
nav li { margin: 3px 0; color: #9fa2ab; }
nav li b { display: inline-block; min-width: 170px; color: #d5d6dc; font-weight: 600; }
a { color: #6e9fff; text-decoration: none; }
header { padding: 10px 0 12px; }
header p { margin: 0; color: #9fa2ab; }
.controls { display: flex; gap: 8px; margin-top: 10px; }
.control, .synthetic { padding: 3px 10px; border: 1px solid #2f3239; border-radius: 3px; background: #181b1f; color: #9fa2ab; }
.control b { color: #d5d6dc; font-weight: 500; }
.synthetic { border-color: #5c4a12; background: #2b2410; color: #f2cc0c; margin-left: auto; }
.grid { display: grid; grid-template-columns: repeat(24, minmax(0, 1fr)); grid-auto-rows: var(--row); gap: var(--gap); }
.row { margin: 0; align-self: center; font-size: 15px; font-weight: 500; }
.row::before { content: "▾ "; color: #9fa2ab; }
.panel { position: relative; border: 1px solid #23262c; border-radius: 3px; background: #181b1f; }
.panel h3 { display: flex; align-items: center; gap: 6px; height: 34px; margin: 0; padding: 0 10px; font-size: 13.5px; font-weight: 500; white-space: nowrap; }
.panel h3 span:first-child { flex: none; max-width: 85%; overflow: hidden; text-overflow: ellipsis; }
.panel h3 i { margin-left: auto; flex: none; width: 15px; height: 15px; border: 1px solid #6b6e77; border-radius: 50%; color: #9fa2ab; font: italic 10px/13px Georgia, serif; text-align: center; }
.alert { flex: 0 1 auto; min-width: 0; overflow: hidden; text-overflow: ellipsis; padding: 0 7px; border-radius: 9px; background: #2a1f24; color: #f2909b; font-size: 11px; font-weight: 400; line-height: 18px; }
.panel aside { display: none; position: absolute; z-index: 1; top: 34px; left: 8px; right: 8px; padding: 10px 12px; border: 1px solid #3a3e46; border-radius: 3px; background: #22252b; box-shadow: 0 6px 18px #000a; }
.panel:hover aside { display: block; }
.panel svg { display: block; }
.panel svg text { font-family: Inter, "Helvetica Neue", Arial, sans-serif; }
.panel svg text:not([font-size]) { font-size: 11.5px; }
.panel code, .panel pre { font-family: "DejaVu Sans Mono", Menlo, monospace; font-size: 11.5px; }
.panel pre { margin: 0; padding: 4px 12px; line-height: 1.9; overflow: hidden; }
.panel .table { height: calc(100% - 34px); overflow: auto; }
.panel table { width: 100%; border-collapse: collapse; }
.panel td { padding: 6px 12px; border-top: 1px solid #23262c; }
.panel .number { text-align: right; color: #73bf69; }
`;
