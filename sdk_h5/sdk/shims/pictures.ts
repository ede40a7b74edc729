/** Pictures that the resident chose, as old pages take them: as an address for `<img>`, or as a data URL. */

export function asDataURL(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** Shows pictures one at a time over the page; a tap goes on to the next, Escape or the button ends it. */
export function preview(document: Document, urls: readonly string[], current = urls[0] ?? ''): void {
  const dialog = document.createElement('dialog');
  const image = dialog.appendChild(document.createElement('img'));
  const close = dialog.appendChild(document.createElement('button'));
  let at = Math.max(0, urls.indexOf(current));
  // By the object model: a style attribute is forbidden by the page's policy.
  image.style.cssText = 'display:block;max-width:100%;max-height:80vh;margin:auto';
  close.style.cssText = 'min-width:60px;min-height:44px';
  image.src = current;
  image.alt = '';
  close.textContent = '×';
  close.setAttribute('aria-label', '关闭');
  image.onclick = () => {
    at = (at + 1) % urls.length;
    image.src = urls[at] ?? '';
  };
  close.onclick = () => dialog.close();
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
}
