/** Tells screen readers what changed on the page. */
export function announce(text) {
  document.getElementById('live').textContent = text;
}
