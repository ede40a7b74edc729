import { describe, expect, it } from 'vitest';
import { createMgop, type MgopAnswer, type MgopOptions } from '../../shims/mgop.js';
import { createBridge } from '../../shims/zwjs.js';
import { CityError } from '../../src/errors.js';
import { type Answers, cityOf } from './cities.js';

const ROUTES = { 'mgop.city.fund.list': '/fund/records', 'mgop.city.fund.year': 'fund/records/{year}' };

function mgopOn(answers: Answers) {
  const { city, done } = cityOf(answers);
  const mgop = createMgop(city);
  mgop.routes(ROUTES);
  const ask = (options: MgopOptions) =>
    new Promise<[string, MgopAnswer]>((resolve) => {
      const listen = (kind: string) => (answer: MgopAnswer) => resolve([kind, answer]);
      mgop({ ...options, onSuccess: listen('onSuccess'), onFail: listen('onFail') });
    });
  return { mgop, ask, done, city };
}

const ok = (): Answers => ({ call: Response.json({ code: 0, list: [1] }) });
const api = 'mgop.city.fund.list';

describe('mgop', () => {
  it('calls the department that the table names, and gives its answer as the gateway of the others does', async () => {
    const { ask, done } = mgopOn(ok());
    const outcome = await ask({
      api,
      host: 'https://mapi.example/',
      dataType: 'JSON',
      type: 'GET',
      appKey: 'k',
      data: { page: 1, size: 10, none: null },
    });
    expect(outcome).toEqual(['onSuccess', { ret: ['1000::调用成功'], api, data: { code: 0, list: [1] } }]);
    expect(done).toEqual([{ name: 'call', given: ['fund', '/records?page=1&size=10', { headers: {} }] }]);
  });

  it('sends a write as JSON, with a key of its own', async () => {
    const { ask, done } = mgopOn(ok());
    await ask({ api, type: 'post', data: { name: '张三' } });
    expect(done[0]?.given).toMatchObject(['fund', '/records', { method: 'POST', json: { name: '张三' } }]);
    const headers = { 'Idempotency-Key': expect.stringMatching(/^[0-9a-f-]{36}$/) };
    expect(done[0]?.given[2]).toMatchObject({ headers });
  });

  it('fills the path from the data, and cannot be led elsewhere by it', async () => {
    const { ask, done } = mgopOn(ok());
    await ask({ api: 'mgop.city.fund.year', data: { year: '../../x?', page: 2 } });
    expect(done[0]?.given.slice(0, 2)).toEqual(['fund', '/records/..%2F..%2Fx%3F?page=2']);
  });

  it('sends no header of one call with another, and none that is not the page’s to send', async () => {
    const { ask, done } = mgopOn({ call: new Response('{}') });
    await ask({ api, header: { 'X-Form': 'a', Authorization: 'theirs', isTestUrl: '1', nothing: null } });
    await ask({ api });
    expect(done.map(({ given }) => (given[2] as { headers: object }).headers)).toEqual([{ 'X-Form': 'a' }, {}]);
  });

  it.each<[string, Answers, MgopOptions, [string]]>([
    ['a department says no', { call: new CityError('slot-taken', '名额已满') }, { api }, ['slot-taken::名额已满']],
    ['there is no network', { call: new CityError('NETWORK', '没有网络') }, { api }, ['NETWORK::没有网络']],
    ['the answer is no JSON', { call: new Response('<html>') }, { api }, [expect.stringMatching(/^FAIL::/)]],
    ['the api has no route', {}, { api: 'mgop.unknown' }, [expect.stringContaining('mgop.unknown')]],
    ['there is no api', {}, {}, [expect.stringMatching(/^FAIL::/)]],
  ])('fails, and does not succeed with nothing, when %s', async (_, answers, options, ret) => {
    const [kind, answer] = await mgopOn(answers).ask(options);
    expect([kind, answer.ret]).toEqual(['onFail', ret]);
  });

  it('tells what to quote, and the whole problem', async () => {
    const problem = { type: 'https://city.example/problems/slot-taken', detail: '名额已满' };
    const call = new CityError('slot-taken', '名额已满', { reference: 'req-1', problem });
    await expect(mgopOn({ call }).ask({ api })).resolves.toMatchObject(['onFail', { traceId: 'req-1', data: problem }]);
  });

  it('gives texts as texts, and nothing for nothing', async () => {
    const text = await mgopOn({ call: new Response('名单') }).ask({ api, dataType: 'TEXT' });
    expect(text[1].data).toBe('名单');
    const nothing = await mgopOn({ call: new Response(null, { status: 204 }) }).ask({ api, type: 'DELETE' });
    expect(nothing).toMatchObject(['onSuccess', { data: '' }]);
  });

  it('waits as long as the page says', async () => {
    const { ask, done } = mgopOn(ok());
    await ask({ api, timeout: 5_000 });
    expect(done[0]?.given[2]).toMatchObject({ deadline: 5_000 });
  });

  it('throws nothing, whatever it is given', () => {
    const { mgop } = mgopOn(ok());
    for (const odd of [undefined, null, {}, { api, onSuccess: 'x' }]) expect(() => mgop(odd as never)).not.toThrow();
  });

  it('is egop by other names, as a promise', async () => {
    const { mgop, city } = mgopOn(ok());
    const bridge = createBridge(city, mgop, { location: {}, navigator: {} } as Window);
    const answer = bridge.egop?.({ api, method: 'GET', param: { page: 1 }, appKey: 'k' });
    await expect(answer).resolves.toMatchObject({ ret: ['1000::调用成功'] });
    const refusal = { ret: [expect.stringContaining('mgop.unknown')] };
    await expect(bridge.egop?.({ api: 'mgop.unknown' })).rejects.toMatchObject(refusal);
  });
});
