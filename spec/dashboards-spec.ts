import { expect } from 'chai';
import { METRICS } from '../src/metrics/catalogue.ts';
import { emittedMetrics } from './support/emittedMetrics.ts';
import { faultsOfDatadog, faultsOfPromql, metricInDatadog, metricsInPromql } from './support/metricQueries.ts';
import { read } from './support/project.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly legendFormat: string }[];
}

interface Grafana {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
}

interface Widget {
  readonly definition: {
    readonly title: string;
    readonly type: string;
    readonly widgets?: readonly Widget[];
    readonly requests?: readonly {
      readonly queries: readonly { readonly name: string; readonly query: string }[];
      readonly formulas: readonly { readonly formula: string }[];
    }[];
  };
}

interface Datadog {
  readonly widgets: readonly Widget[];
  readonly template_variables: readonly { readonly name: string; readonly prefix: string }[];
}

describe('docs/dashboards/grafana.json', () => {
  const text = read('docs/dashboards/grafana.json');
  const { panels, templating } = JSON.parse(text) as Grafana;
  const targets = panels.flatMap((panel) => panel.targets ?? []);

  it('should only use names and labels of the catalogue, each behind the namespace, and counters as rates', () => {
    expect(targets.flatMap(({ expr }) => faultsOfPromql(expr, { isNamespaced: true }))).to.deep.equal([]);
  });

  it('should show every metric that is reported, and none that is not', () => {
    const shown = new Set(targets.flatMap(({ expr }) => metricsInPromql(expr)));
    expect([...shown]).to.have.members(emittedMetrics());
  });

  it('should have panels with ids, titles and descriptions, that do not overlap', () => {
    expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).to.be.at.least(panels.length - 1);
    expect(panels.filter(({ type, description }) => type !== 'row' && !description)).to.deep.equal([]);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).to.equal(cells.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).to.equal(24);
  });

  it('should name series by labels that their queries leave', () => {
    const wrong = targets.flatMap(({ expr, legendFormat }) =>
      [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!).filter((label) => !groups(expr, label)),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('should use the variables that it has', () => {
    const names = templating.list.map(({ name }) => name);
    const used = [...text.matchAll(/\$\{(\w+)\}|\$(?!__)(\w+)/g)].map(([, braced, bare]) => (braced ?? bare)!);
    expect(new Set(used)).to.deep.equal(new Set(names));
    expect(templating.list.find(({ name }) => name === 'namespace')?.type).to.equal('textbox');
  });
});

describe('docs/dashboards/datadog.json', () => {
  const dashboard = JSON.parse(read('docs/dashboards/datadog.json')) as Datadog;
  const variables = dashboard.template_variables.map(({ name }) => name);
  const widgets = dashboard.widgets.flatMap(({ definition }) => definition.widgets ?? []);
  const requests = widgets.flatMap(({ definition }) => definition.requests ?? []);
  const queries = requests.flatMap((request) => request.queries.map(({ query }) => query));

  it('should only use names and labels of the catalogue, and counters as counts or rates', () => {
    expect(queries.flatMap((query) => faultsOfDatadog(query, variables))).to.deep.equal([]);
  });

  it('should show every metric that is reported, and none that is not', () => {
    expect([...new Set(queries.map(metricInDatadog))]).to.have.members(emittedMetrics());
  });

  it('should filter by stream and shard', () => {
    expect(dashboard.template_variables.map(({ prefix }) => prefix)).to.deep.equal(['stream_name', 'shard_id']);
  });

  it('should draw each query that it makes', () => {
    for (const { queries: made, formulas } of requests) {
      expect(formulas.map(({ formula }) => formula)).to.deep.equal(made.map(({ name }) => name));
    }
  });
});

describe('docs/dashboards/alerts.yml', () => {
  const rules = rulesIn(read('docs/dashboards/alerts.yml'));

  it('should watch what goes wrong first', () => {
    expect(rules.map(({ name }) => name)).to.deep.equal([
      'KinesisProducerErrors',
      'KinesisProducerThrottled',
      'KinesisProducerQueueGrowing',
      'KinesisIteratorAgeHigh',
      'KinesisIteratorAgeNearRetention',
      'KinesisReadsFailing',
      'KinesisShardReadsFailing',
      'KinesisShardStalled',
      'KinesisCheckpointFailing',
      'KinesisCheckpointOld',
      'KinesisResharded',
      'KinesisLeaseChurn',
      'KinesisNoReader',
      'KinesisReaderSilent',
    ]);
  });

  for (const { name, text, expression } of rules) {
    it(`should only use names and labels of the catalogue in ${name}, and say what to do`, () => {
      expect(faultsOfPromql(expression)).to.deep.equal([]);
      expect(text).to.match(/severity: (info|warning|critical)\n/);
      expect(text).to.match(/summary: .*\$labels\.stream_name/);
      expect(text).to.match(/description: >-\n( {12}.+\n){2,}/);
      const named = [...text.matchAll(/\b(?:producer|consumer|lease|stream)_[a-z_]+/g)].map(([each]) => each);
      const names = new Set([...Object.keys(METRICS), 'stream_name', ...metricsInPromql(expression)]);
      expect(named.map((each) => each.replace(/_count$/, '')).filter((each) => !names.has(each))).to.deep.equal([]);
    });
  }

  it('should be tested in both directions', () => {
    const cases = read('docs/dashboards/alerts.test.yml')
      .split(/^ {2}- name: /m)
      .slice(1);
    const names = (isFiring: boolean) =>
      cases
        .filter((each) => isFiring !== each.includes('exp_alerts: []'))
        .map((each) => /alertname: (\w+)/.exec(each)?.[1]);
    const expected = rules.map(({ name }) => name);
    expect([...new Set(names(true))]).to.deep.equal(expected);
    expect(names(false)).to.deep.equal(expected);
  });
});

describe('The check of queries', () => {
  const wrong = [
    'sum by (stream_name) (rate(consumer_records_read_total[5m]))',
    'rate(consumer_records_received_total{shard="1"}[5m])',
    'sum by (worker) (lease_owned)',
    'sum by (shard_id) (lease_owned)',
    'consumer_records_received_total',
    'sum by (stream_name) (consumer_records_received_total)',
    'deriv(consumer_records_received_total[5m])',
    'rate(consumer_lag_records[5m])',
    'rate(producer_batch_size[5m])',
    'producer_batch_size_bucket',
    'consumer_queue_size_count',
    'rate(consumer_records_received_total_count[5m])',
    'up == 0',
    'rates(consumer_records_received_total[5m])',
    '${namespace}lease_owned',
  ];
  for (const query of wrong) {
    it(`should refuse ${query}`, () => {
      expect(faultsOfPromql(query)).to.not.deep.equal([]);
    });
  }

  const wrongInDatadog = [
    'sum:consumer_records_read_total{$stream_name}.as_rate()',
    'sum:consumer_records_received_total{$stream_name}',
    'sum:lease_owned{$stream_name}.as_count()',
    'sum:lease_owned{$shard_id}',
    'sum:lease_owned{$worker}',
    'sum:lease_owned{$stream_name} by {worker}',
    'avg:producer_batch_size{$stream_name}',
    'avg:producer_batch_size.p99{$stream_name}',
    'avg:lease_owned.avg{$stream_name}',
    'lease_owned{$stream_name}',
  ];
  for (const query of wrongInDatadog) {
    it(`should refuse ${query} of Datadog`, () => {
      expect(faultsOfDatadog(query, ['stream_name', 'shard_id'])).to.not.deep.equal([]);
    });
  }
});

/** Whether a query groups by a label. */
function groups(expression: string, label: string): boolean {
  return [...expression.matchAll(/\bby \(([^)]*)\)/g)].some(([, labels]) => labels!.split(', ').includes(label));
}

/** The alerts of a file of rules, in the one form that ours is written in. That it is YAML, promtool says. */
function rulesIn(file: string): { name: string; text: string; expression: string }[] {
  return file
    .split(/^ {6}- alert: /m)
    .slice(1)
    .map((part) => {
      const text = part.replace(/^ *#.*\n/gm, '');
      const block = /^ {8}expr: \|\n((?: {10}.*\n)+)/m.exec(text)?.[1];
      if (block === undefined) throw new Error(`there is no expr: | in ${text}`);
      return { name: text.split('\n')[0]!, text, expression: block.replace(/^ {10}/gm, '') };
    });
}
