import { Eta } from 'eta';

interface Page {
  /** BCP 47. */
  readonly tag: string;
  readonly direction: 'ltr' | 'rtl';
  readonly message: string;
  /** Posts to the page's own address. */
  readonly button?: string;
}

const TEMPLATE = /* html */ `<!doctype html>
<html lang="<%= it.tag %>" dir="<%= it.direction %>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title><%= it.message %></title>
<style>
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f2f5f5; color: #17252a; font: 17px/1.55 system-ui, sans-serif }
main { max-width: 26rem; margin: 1rem; padding: 2rem; background: #fff; border: 1px solid #e3e9ea; border-radius: 12px }
p { margin: 0 }
button { margin-top: 1.5rem; padding: 0.75rem 1.5rem; border: 0; border-radius: 8px; background: #0b6e6e; color: #fff; font: inherit; font-weight: 600; cursor: pointer }
</style>
</head>
<body>
<main>
<p><%= it.message %></p>
<% if (it.button) { %>
<form method="post"><button><%= it.button %></button></form>
<% } %>
</main>
</body>
</html>
`;

const eta = new Eta({ autoEscape: true });
const render = eta.compile(TEMPLATE);

/** The one thing that the API says to people rather than to programs. */
export function layOutPage(page: Page): string {
  return render.call(eta, page, {});
}
