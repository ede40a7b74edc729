/**
 * The page of every method, made from the method table (src/methods.ts), its texts (docs/methods.ts) and its example
 * (docs/examples/), which is the very file that the playground runs.
 *
 *     node scripts/docs.js            writes them
 *     node scripts/docs.js --check    fails when what is committed is not that
 */
import { mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { indexOf, pageOf } from './pages.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const EXAMPLES = here('../docs/examples/');
const PAGES = here('../../../docs/sdk/');
const OVERVIEW = here('../../../docs/sdk.md');
const NAVIGATION = here('../../../mkdocs.yml');
const PLAYGROUND = here('../../../mock_services/playground/h5/');

const check = process.argv.includes('--check');
const wrong = [];

const methods = await readMethods();
for (const method of methods) await put(`${PAGES}${method.name}.md`, pageOf(method));
for (const { id } of examples()) await link(`${PLAYGROUND}examples/${id}.js`, `${EXAMPLES}${id}.js`);
await put(`${PLAYGROUND}methods.json`, `${JSON.stringify(playgroundTable(), null, 1)}\n`);
await put(OVERVIEW, withIndex(await readFile(OVERVIEW, 'utf8')));
await put(NAVIGATION, withNavigation(await readFile(NAVIGATION, 'utf8')));
const scripts = examples().map(({ id }) => `${id}.js`);
await sweep(
  PAGES,
  methods.map(({ name }) => `${name}.md`),
);
await sweep(`${PLAYGROUND}examples/`, scripts);
await report(EXAMPLES, scripts);
if (wrong.length > 0) {
  console.error(`Not as the method table and its texts say; run \`npm run docs -w sdk\`:\n${wrong.join('\n')}`);
  process.exitCode = 1;
}

/** Name, terms, texts and example of each method, in the order of the texts. */
async function readMethods() {
  const { METHODS, rowOf, PAGES: texts, GROUPS } = await load();
  const missing = Object.keys(METHODS).filter((name) => !texts[name]);
  if (missing.length > 0) throw new Error(`docs/methods.ts has no text for ${missing.join(', ')}.`);
  const byGroup = Object.entries(GROUPS).flatMap(([id, heading]) =>
    Object.entries(texts)
      .filter(([, { group }]) => group === id)
      .map(([name, text]) => ({ name, heading, ...text })),
  );
  return Promise.all(byGroup.map((method) => completed(method, rowOf(method.name))));
}

/** With its terms from the table, and the sources of its examples. */
async function completed(method, { deadline, since }) {
  const ids = [method.name, ...Object.keys(method.more ?? {}).map((variant) => `${method.name}.${variant}`)];
  const read = ids.map(async (id) => ({ id, source: await readFile(`${EXAMPLES}${id}.js`, 'utf8') }));
  const seconds = Number.isFinite(deadline) ? deadline / 1_000 : 0;
  return { ...method, since, seconds, examples: await Promise.all(read) };
}

function examples() {
  return methods.flatMap((method) => method.examples);
}

/** The sources are TypeScript, which Node 20 does not read. */
async function load() {
  const contents = `export { METHODS, rowOf } from '../src/methods.js';
    export { PAGES } from '../docs/methods.js'; export { GROUPS } from '../docs/page.js';`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here('.'), loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

function groups() {
  const byHeading = new Map();
  for (const method of methods) byHeading.set(method.heading, [...(byHeading.get(method.heading) ?? []), method]);
  return [...byHeading].map(([name, members]) => ({ name, methods: members }));
}

function playgroundTable() {
  const row = ({ name, since, seconds, does, more, outcome }) => ({ name, since, seconds, does, more, outcome });
  return { groups: groups().map(({ name, methods: members }) => ({ name, methods: members.map(row) })) };
}

function withIndex(text) {
  return between(text, '<!-- methods -->', '<!-- /methods -->', `\n\n${indexOf(groups())}\n\n`);
}

function withNavigation(text) {
  const lines = methods.map(({ name }) => `      - ${name}: sdk/${name}.md\n`);
  return between(text, '  - SDK methods:\n', '  - A department', lines.join(''));
}

function between(text, start, end, inside) {
  const [from, to] = [text.indexOf(start) + start.length, text.indexOf(end)];
  if (from < start.length || to < from) throw new Error(`There is no ${start.trim()} to fill.`);
  return text.slice(0, from) + inside + text.slice(to);
}

async function put(file, text) {
  const current = await readFile(file, 'utf8').catch(() => undefined);
  if (current === text) return;
  if (check) return wrong.push(file);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** A package holds its own copy of the examples: packing follows links. */
async function link(file, target) {
  const wanted = relative(dirname(file), target);
  const current = await readlink(file).catch(() => undefined);
  if (current === wanted) return;
  if (check) return wrong.push(file);
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  await symlink(wanted, file);
}

/** Of what was made, that which belongs to no method any more goes. */
async function sweep(folder, known) {
  for (const name of await strangers(folder, known)) {
    if (check) wrong.push(folder + name);
    else await rm(folder + name);
  }
}

/** What was written by hand is not taken away, but told. */
async function report(folder, known) {
  wrong.push(...(await strangers(folder, known)).map((name) => folder + name));
}

async function strangers(folder, known) {
  return (await readdir(folder)).filter((name) => !known.includes(name));
}
