import { eventually } from '@beamline/testing';
import { call, type Replica, RouterPlant } from './gateways/router-plant.fixture.js';

const DECIDE = 'beamline.router.v1.decide';
const OVERLOADED = { pending_messages: 1500, latency_p95_ms: 6000 };

let plant: RouterPlant;

beforeEach(async () => {
  plant = await RouterPlant.start();
});

afterEach(() => plant.stop());

const ask = async (replica: Replica, path: string): Promise<any> =>
  (await call<any>(replica, 'GET', `backpressure${path}`)).body.data;
const drill = (replica: Replica, subject: string) =>
  call<any>(replica, 'PUT', `backpressure/drills/${subject}`, { body: OVERLOADED });

describe('where one replica leads and another one follows, a drill', () => {
  let leader: Replica;
  let follower: Replica;

  beforeEach(async () => {
    leader = await plant.replica({ ROUTER_REPLICA_ID: 'a' });
    follower = await plant.replica({ ROUTER_REPLICA_ID: 'b', DECIDE_SUBJECT: 'other.decide' });
    await eventually(async () => (await ask(follower, '')).leader === 'a');
    await eventually(async () => (await ask(leader, '/subjects')).length === 3);
  });

  it('of the leader makes a status on both, and says so', async () => {
    await eventually(async () => (await drill(leader, DECIDE)).body.data.leads);

    expect((await drill(leader, DECIDE)).body.data.status).toBe('active');
    await eventually(async () => (await ask(follower, `/subjects/${DECIDE}`)).status === 'active');
  });

  it('of the follower makes none, and says so', async () => {
    const { data } = (await drill(follower, 'other.decide')).body;

    expect(data).toMatchObject({ status: 'inactive', leads: false });
  });

  it('of what only the other one serves does not begin, nor is that served from then on', async () => {
    expect((await drill(leader, 'other.decide')).status).toBe(404);

    // Its admission would have a mode of its own.
    expect(await ask(leader, '/subjects/other.decide')).toMatchObject({
      admission: { mode: 'none' },
    });
  });
});
