// Would answer every navigation with a page under no policy at all.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate") return;
  const to = new URL(event.request.url).searchParams.get("to");
  const page = `<script>new Image().src = ${JSON.stringify(`${to}/page-of-a-worker`)}</script>`;
  event.respondWith(new Response(page, { headers: { "Content-Type": "text/html" } }));
});
