/** The configuration of a client of a server of a benchmark, which takes any credentials. */
export const benchConfig = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
});
