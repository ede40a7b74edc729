import { city } from '/sdk/v1/onecity.js';

/** The page that answers: the licences service, say. Here nobody asked, so it is refused. */
export default async function example() {
  const asked = city.context?.launch.intent;
  await city.intents.finish({ answer: 42, to: asked?.id });
}
