import { type Handlers, readRating } from '@onecity/host';
import { findRating } from '@/api/ratings';
import { translated } from '../failures';
import type { Lent } from '../lent';
import { LONGEST, shorten } from '../words';

/** 好差评: once for each finished event; who has said it already is not asked again. */
export function rateMethods({ service, prompts, patience }: Lent): Handlers {
  return {
    rate: async (params, { signal }) => {
      const { event, title } = readRating(params);
      const about = { event, ...(title && { title: shorten(title, LONGEST.question) }) };
      const old = await translated(findRating(service().id, about.event));
      const grade = old ? old.grade : await patience(() => prompts.ask('rating', about, signal), signal);
      return grade === null ? null : { grade };
    },
  };
}
