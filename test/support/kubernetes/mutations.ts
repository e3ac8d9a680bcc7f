/** An object that a test may change anywhere. */
export type Draft = { [key: string]: Draft } & Draft[];

/** A change that breaks the workers' object of that kind in what that folder makes, and what must be said of it. */
export type Mutation = readonly [
  what: string,
  folder: string,
  kind: string,
  change: (object: Draft) => void,
  message: string,
];

const east = 'overlays/us-east';

function set(key: string, value: unknown): (draft: Draft | undefined) => void {
  return (draft) => void Object.assign(draft ?? {}, { [key]: value });
}

function pod({ spec }: Draft): Draft | undefined {
  return spec?.['template']?.['spec'];
}

function container(object: Draft): Draft | undefined {
  return pod(object)?.['containers']?.[0];
}

function trigger({ spec }: Draft): Draft | undefined {
  return spec?.['triggers']?.[0];
}

/** One for each rule of ours, and for each kind of violation of a schema. */
export const mutations: readonly Mutation[] = [
  [
    'a wrong type',
    east,
    'Deployment',
    (o) => set('terminationGracePeriodSeconds', '330')(pod(o)),
    'must be integer',
  ],
  [
    'a number that KEDA wants as text',
    east,
    'ScaledObject',
    (o) => set('value', 60)(o['spec']?.['triggers']?.[2]?.['metadata']),
    'must be string',
  ],
  ['what is missing', east, 'ScaledObject', (o) => set('triggers', undefined)(o['spec']), 'triggers'],
  [
    'a word that the API does not know',
    east,
    'NetworkPolicy',
    (o) => set('policyTypes', ['Ingres'])(o['spec']),
    'none of Ingress,Egress',
  ],
  [
    'a kind that it does not know',
    east,
    'PodDisruptionBudget',
    set('kind', 'PodDisruptionBudgets'),
    'nothing here knows this kind',
  ],
  [
    'a budget that selects nothing',
    east,
    'PodDisruptionBudget',
    (o) => set('matchLabels', { a: 'b' })(o['spec']?.['selector']),
    'selects no pod',
  ],
  [
    'a policy that selects nothing',
    east,
    'NetworkPolicy',
    (o) => set('matchLabels', { a: 'b' })(o['spec']?.['podSelector']),
    '0 network policies',
  ],
  [
    'a deployment that does not select its pods',
    east,
    'Deployment',
    (o) => set('matchLabels', { a: 'b' })(o['spec']?.['selector']),
    'selects no pod',
  ],
  [
    'a policy that lets everything out',
    east,
    'NetworkPolicy',
    (o) => set('egress', [{}])(o['spec']),
    'may reach everything',
  ],
  [
    'a key in plain text',
    east,
    'Deployment',
    (o) => set('env', [{ name: 'OPENAI_API_KEY', value: 'sk-1' }])(container(o)),
    'stands there in plain text',
  ],
  [
    'a Secret that nobody makes',
    east,
    'Deployment',
    (o) => set('envFrom', [{ secretRef: { name: 'keys' } }])(container(o)),
    'there is no Secret keys',
  ],
  [
    'a grace period that is too short',
    east,
    'Deployment',
    (o) => set('terminationGracePeriodSeconds', 300)(pod(o)),
    'killed before its grace',
  ],
  [
    'a missing probe',
    east,
    'Deployment',
    (o) => set('livenessProbe', undefined)(container(o)),
    'lacks a probe',
  ],
  [
    'a liveness probe that is too strict',
    east,
    'Deployment',
    (o) => set('failureThreshold', 3)(container(o)?.['livenessProbe']),
    'before it gives Redis up',
  ],
  [
    'another image',
    east,
    'Deployment',
    (o) => set('image', 'tokenstorm:latest')(container(o)),
    'its image is tokenstorm:latest',
  ],
  [
    'another user',
    east,
    'Deployment',
    (o) => set('runAsUser', 0)(pod(o)?.['securityContext']),
    "its user is not the image's",
  ],
  [
    'a limit of the CPU',
    east,
    'Deployment',
    (o) => set('limits', { cpu: '1', memory: '1Gi' })(container(o)?.['resources']),
    'would be throttled',
  ],
  [
    'an autoscaler of nothing',
    'overlays/without-keda',
    'HorizontalPodAutoscaler',
    (o) => set('name', 'worker')(o['spec']?.['scaleTargetRef']),
    'which is not there',
  ],
  [
    'replicas beside an autoscaler',
    east,
    'Deployment',
    (o) => set('replicas', 2)(o['spec']),
    'has replicas beside its autoscaler',
  ],
  [
    "another region's queue",
    east,
    'ScaledObject',
    (o) => set('listName', '{tokenstorm}:shards-eu-west:wait')(trigger(o)?.['metadata']),
    'does not look at {tokenstorm}:shards-us-east',
  ],
  [
    'one trigger that counts twice',
    east,
    'ScaledObject',
    (o) => set('formula', 'waiting + waiting')(o['spec']?.['advanced']?.['scalingModifiers']),
    'at the first part that waits or is held',
  ],
  [
    'a trigger that cannot ask Redis',
    east,
    'ScaledObject',
    (o) => set('authenticationRef', { name: 'tokenstorm-redis' })(trigger(o)),
    'cannot ask Redis',
  ],
];
