/** Which errors of ClickHouse are about the rows themselves, so that no patience helps. Everything else is an outage. */
import { ClickHouseError } from '@clickhouse/client';

/** From ClickHouse's ErrorCodes.cpp. Missing tables, columns or rights are none of the rows' fault: an operator mends those. */
const dataCodes: ReadonlyMap<string, string> = new Map([
  ['6', 'CANNOT_PARSE_TEXT'],
  ['9', 'SIZES_OF_COLUMNS_DOESNT_MATCH'],
  ['25', 'CANNOT_PARSE_ESCAPE_SEQUENCE'],
  ['26', 'CANNOT_PARSE_QUOTED_STRING'],
  ['27', 'CANNOT_PARSE_INPUT_ASSERTION_FAILED'],
  ['32', 'ATTEMPT_TO_READ_AFTER_EOF'],
  ['33', 'CANNOT_READ_ALL_DATA'],
  ['38', 'CANNOT_PARSE_DATE'],
  ['41', 'CANNOT_PARSE_DATETIME'],
  ['53', 'TYPE_MISMATCH'],
  ['69', 'ARGUMENT_OUT_OF_BOUND'],
  ['70', 'CANNOT_CONVERT_TYPE'],
  ['72', 'CANNOT_PARSE_NUMBER'],
  ['117', 'INCORRECT_DATA'],
  ['128', 'TOO_LARGE_ARRAY_SIZE'],
  ['130', 'CANNOT_READ_ARRAY_FROM_TEXT'],
  ['131', 'TOO_LARGE_STRING_SIZE'],
  ['321', 'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE'],
  ['349', 'CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN'],
  ['376', 'CANNOT_PARSE_UUID'],
  ['407', 'DECIMAL_OVERFLOW'],
  ['441', 'CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING'],
  ['467', 'CANNOT_PARSE_BOOL'],
  ['469', 'VIOLATED_CONSTRAINT'],
  ['691', 'UNKNOWN_ELEMENT_OF_ENUM'],
]);

/** 252 is also what a server says that cannot keep up with its merges, and that passes. */
const tooManyPartsCode = '252';
const tooManyPartitions = /partitions for single INSERT block/;

export const isAboutData = (error: unknown): boolean =>
  error instanceof ClickHouseError &&
  (dataCodes.has(error.code) || (error.code === tooManyPartsCode && tooManyPartitions.test(error.message)));
