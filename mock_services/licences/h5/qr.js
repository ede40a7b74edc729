import { encode } from './vendor/uqr.js';

const SVG = 'http://www.w3.org/2000/svg';
const QUIET = 4;

const shape = (tag, attributes) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
};

/** A QR code as one path, always black on white: many readers take no other. */
export function qrCode(text, label) {
  const { size, data } = encode(text, { border: QUIET, ecc: 'M' });
  const dark = data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  const picture = shape('svg', { class: 'qr', role: 'img', 'aria-label': label, viewBox: `0 0 ${size} ${size}`, 'shape-rendering': 'crispEdges' });
  picture.append(shape('rect', { width: size, height: size, fill: '#ffffff' }), shape('path', { d: dark, fill: '#000000' }));
  return picture;
}
