/** The words of a method's page, in Markdown. */

const PLACES = [
  ['app', 'the city’s app, in a frame'],
  ['native', 'a native app’s web view'],
  ['wechat', 'WeChat’s web view'],
  ['browser', 'a plain browser'],
];

export function pageOf(method) {
  const { name, call, gives, does, since, seconds, takes, result, refusals, places, notes, more, examples } = method;
  return [
    `# ${name}`,
    does.en,
    `\`${call}\` → \`${gives}\` · since ${since} · ${seconds ? `${seconds} s` : 'waits for the resident'}`,
    ...section('Parameters', takes && table(takes)),
    ...section('Result', result && table(result)),
    ...section(
      'Errors',
      `${refusals ? `${table(refusals)}\n\n` : ''}${refusals ? 'And those' : 'Those'} that [every call may meet](../sdk.md#errors).`,
    ),
    ...section('Where it works', table(PLACES.map(([place, words]) => [words, places[place]]))),
    'Outside the app: [how, and what a page has to say for it](../sdk-elsewhere.md).',
    ...(notes ? [notes] : []),
    ...section('Example', code(examples[0])),
    ...examples.slice(1).flatMap((example) => [`${more[example.id.slice(name.length + 1)].en}:`, code(example)]),
    `Try it in the playground: \`/s/playground?path=${encodeURIComponent(`/index.html#/methods/${name}`)}\` of a running city.`,
    '',
  ].join('\n\n');
}

/** The table of the overview: every method, by group. */
export function indexOf(groups) {
  const rows = groups.flatMap(({ name, methods }) =>
    methods.map((method, place) => row(place === 0 ? name.en : '', method)),
  );
  return ['| | method | what | deadline | since |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

const row = (group, { name, does, seconds, since }) =>
  `| ${group} | [\`${name}\`](sdk/${name}.md) | ${cell(firstSentence(does.en))} | ${seconds ? `${seconds} s` : 'a person'} | ${since} |`;

const code = ({ source }) => `\`\`\`js\n${source.trim()}\n\`\`\``;

const section = (title, inside) => (inside ? [`## ${title}`, inside] : []);

const table = (lines) =>
  ['| | |', '| --- | --- |', ...lines.map(([name, what]) => `| ${cell(name)} | ${cell(what)} |`)].join('\n');

const cell = (text) => text.replaceAll('|', '\\|');

/** Up to the full stop or the colon that something longer follows. */
const firstSentence = (text) => `${/^.*?(?=[.:](?:\s|$))/s.exec(text)?.[0] ?? text}.`;
