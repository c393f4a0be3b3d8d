/** The names of {@link importFormats}, for who only tells them: what reads the formats takes long to load. */

export const importFormatNames = ['cloudwatch-csv', 'cloudwatch', 'azure', 'gcp', 'cloudflare', 'otlp'] as const;
