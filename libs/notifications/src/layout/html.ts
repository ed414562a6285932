import { Eta } from 'eta';
import type { Sheet } from './sheet.js';

const FONT = `font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif`;
const INK = '#17252a';
const MUTED = '#5b6b70';
const LINE = '#e3e9ea';
const ACCENT = '#0b6e6e';

/** Tables and styles on the elements themselves: many mail programs know nothing newer. \`<%= %>\` escapes. */
const TEMPLATE = /* html */ `<!doctype html>
<html lang="<%= it.locale.tag %>" dir="<%= it.locale.direction %>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title><%= it.subject %></title>
</head>
<body style="margin:0;padding:0;background:#f2f5f5;color:${INK};${FONT};font-size:16px;line-height:1.55">
<div style="display:none;max-height:0;overflow:hidden;opacity:0"><%= it.paragraphs[0] %></div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f5f5">
<tr><td align="center" style="padding:32px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px">
<tr><td style="padding:0 8px 16px;font-size:18px;font-weight:700;letter-spacing:-0.2px;color:${ACCENT}"><%= it.brand %></td></tr>
<tr><td style="background:#ffffff;border:1px solid ${LINE};border-radius:12px;padding:32px">
<h1 style="margin:0 0 20px;font-size:24px;line-height:1.3;font-weight:700;letter-spacing:-0.3px"><%= it.heading %></h1>
<p style="margin:0 0 14px"><%= it.greeting %></p>
<% for (const paragraph of it.paragraphs) { %>
<p style="margin:0 0 14px;white-space:pre-line"><%= paragraph %></p>
<% } %>
<% if (it.action) { %>
<table role="presentation" cellpadding="0" cellspacing="0" style="margin:24px 0"><tr>
<td style="background:${ACCENT};border-radius:8px"><a href="<%= it.action.url %>" style="display:inline-block;padding:12px 24px;color:#ffffff;font-weight:600;text-decoration:none"><%= it.action.label %></a></td>
</tr></table>
<% } %>
<% if (it.details?.length) { %>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:24px 0 0;border-top:1px solid ${LINE};font-size:15px">
<% for (const [label, value] of it.details) { %>
<tr>
<td valign="top" style="width:30%;padding:10px 16px 10px 0;border-bottom:1px solid ${LINE};color:${MUTED}"><%= label %></td>
<td valign="top" style="padding:10px 0;border-bottom:1px solid ${LINE};white-space:pre-line;word-break:break-word"><%= value %></td>
</tr>
<% } %>
</table>
<% } %>
<% if (it.statement) { %>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:24px 0 0;font-size:15px">
<% for (const line of it.statement.lines) { %>
<tr>
<td style="padding:8px 16px 8px 0;border-bottom:1px solid ${LINE}"><%= line.label %><% if (line.hint) { %><br><span style="color:${MUTED};font-size:13px"><%= line.hint %></span><% } %></td>
<td align="right" style="padding:8px 0;border-bottom:1px solid ${LINE};white-space:nowrap;font-variant-numeric:tabular-nums"><%= line.amount %></td>
</tr>
<% } %>
<tr>
<td style="padding:12px 16px 0 0;font-weight:700"><%= it.statement.total.label %></td>
<td align="right" style="padding:12px 0 0;font-weight:700;white-space:nowrap;font-variant-numeric:tabular-nums"><%= it.statement.total.amount %></td>
</tr>
</table>
<% } %>
<% for (const note of it.notes ?? []) { %>
<p style="margin:16px 0 0;color:${MUTED};font-size:14px"><%= note %></p>
<% } %>
</td></tr>
<tr><td style="padding:20px 8px 0;color:${MUTED};font-size:13px">
<%= it.locale.closing(it.brand) %>
<% if (it.unsubscribeUrl) { %>
<br><%= it.locale.unsubscribe.invitation %> <a href="<%= it.unsubscribeUrl %>" style="color:${MUTED}"><%= it.locale.unsubscribe.button %></a>
<% } %>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;

const eta = new Eta({ autoEscape: true });
const render = eta.compile(TEMPLATE);

export function layOutHtml(sheet: Sheet): string {
  return render.call(eta, sheet, {});
}
