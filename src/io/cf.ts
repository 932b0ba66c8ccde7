/**
 * CF conventions: from stored numbers to physical ones.
 *
 *   physical = stored * scale_factor + add_offset,   NaN where stored is _FillValue or missing_value
 *
 * The dtype that comes out is the one xarray chooses, and the arithmetic is done in it, so the numbers are xarray's.
 * Source: CF Conventions 1.11, sections 2.5.1 and 8.1; `xarray/coding/variables.py` (CFMaskCoder, CFScaleOffsetCoder).
 */
import { allocate, type DType, isFloat, isInteger, layoutOf, type TypedArray } from '../array/dtype.js';
import { type HostData, hostData } from '../array/host.js';
import { isTimeUnits } from './cf-time.js';
import type { NetcdfAttributes } from './netcdf.js';

/** The attributes that say how values are stored. They have done their work when the values are decoded. */
export const ENCODING_ATTRIBUTES = [
  '_FillValue',
  'missing_value',
  'scale_factor',
  'add_offset',
  '_Unsigned',
  '_Encoding',
] as const;

/** A numeric attribute's values; none where it is absent or text. */
export const attributeNumbers = (attributes: NetcdfAttributes, name: string): readonly number[] => {
  const value = attributes[name];
  return ArrayBuffer.isView(value) ? Array.from(value as Int32Array, Number) : [];
};

/**
 * Decodes the stored values of a variable by its attributes.
 *
 * Returns float32 or float64 as xarray would (`dtype` asks for one of them: computed in float64, rounded once), or the
 * values as they are when no attribute says otherwise. Times keep their numbers: their missing values cannot be NaN
 * among integers; `decodeTimes` gives them meaning. Missing values are found among the numbers as stored, so that none
 * is overlooked because it was rounded first.
 */
export function decodeCf(
  value: HostData,
  attributes: NetcdfAttributes,
  options: { readonly dtype?: 'float32' | 'float64' } = {},
): HostData {
  const stored = reinterpreted(value, attributes);
  const scaled = 'scale_factor' in attributes || 'add_offset' in attributes;
  const fills = fillValues(stored, attributes);
  const keepsIntegers = !scaled && isInteger(stored.dtype) && isTimeUnits(attributes.units);
  const masked = fills.length > 0 && !keepsIntegers;
  if (!scaled && !masked) return options.dtype ? converted(stored, options.dtype) : stored;

  const dtype = options.dtype ?? (scaled ? packedType(stored.dtype, attributes) : maskedType(stored.dtype));
  const round = dtype === 'float32' && !options.dtype ? Math.fround : (x: number): number => x;
  const [scale] = attributeNumbers(attributes, 'scale_factor');
  const [offset] = attributeNumbers(attributes, 'add_offset');
  const target = allocate(dtype, stored.data.length) as Float64Array;
  for (let i = 0; i < target.length; i++) {
    let x = round(Number(stored.data[i]));
    if (fills.includes(stored.data[i])) x = Number.NaN;
    if (scale !== undefined) x = round(x * round(scale));
    if (offset !== undefined) x = round(x + round(offset));
    target[i] = x;
  }
  return hostData(dtype, stored.shape, target);
}

function converted(value: HostData, dtype: 'float32' | 'float64'): HostData {
  if (value.dtype === dtype) return value;
  const target = allocate(dtype, value.data.length) as Float64Array;
  for (let i = 0; i < target.length; i++) target[i] = Number(value.data[i]);
  return hostData(dtype, value.shape, target);
}

/** Classic files have signed integers only; `_Unsigned` says that the bits mean the others. */
function reinterpreted(value: HostData, attributes: NetcdfAttributes): HostData {
  const flag = attributes._Unsigned;
  const wanted = flag === 'true' ? `u${value.dtype}` : flag === 'false' ? value.dtype.replace(/^u/, '') : value.dtype;
  if (!isInteger(value.dtype) || wanted === value.dtype || !/^u?int\d+$/.test(wanted)) return value;
  return { ...value, dtype: wanted as DType, data: sameBits(value.data, wanted as DType) };
}

function sameBits(data: TypedArray, dtype: DType): TypedArray {
  const { storage } = layoutOf(dtype);
  return new storage(data.buffer, data.byteOffset, data.length);
}

/** The stored numbers that mean "missing", in the type of the data; NaN needs no mask. */
function fillValues({ dtype, data }: HostData, attributes: NetcdfAttributes): (number | bigint)[] {
  const fills: (number | bigint)[] = [];
  for (const name of ['_FillValue', 'missing_value']) {
    const attribute = attributes[name];
    if (!ArrayBuffer.isView(attribute)) continue;
    const numbers = attribute as TypedArray;
    if (isInteger(dtype)) {
      // The attribute may have the bits of the signed type where the data is read as unsigned.
      const same = numbers.BYTES_PER_ELEMENT === data.BYTES_PER_ELEMENT && !/Float/.test(numbers.constructor.name);
      const values = same ? sameBits(numbers, dtype) : numbers;
      const whole = Array.from(values as Float64Array).filter(
        (x) => !Number.isNaN(x) && (typeof x === 'bigint' || Number.isInteger(x)),
      );
      fills.push(
        ...whole.map((x) => (data instanceof BigInt64Array || data instanceof BigUint64Array ? BigInt(x) : Number(x))),
      );
    } else {
      const values = Array.from(numbers as Float64Array, Number).filter((x) => !Number.isNaN(x));
      fills.push(...values.map((x) => (dtype === 'float32' ? Math.fround(x) : x)));
    }
  }
  return fills;
}

/** What a masked but unpacked variable becomes: floats stay, small integers fit float32. */
function maskedType(dtype: DType): 'float32' | 'float64' {
  if (isFloat(dtype)) return layoutOf(dtype).bytes <= 4 ? 'float32' : 'float64';
  return layoutOf(dtype).bytes <= 2 ? 'float32' : 'float64';
}

/** What a packed variable becomes: the type of its scale and offset, wider where that would lose digits. */
function packedType(dtype: DType, attributes: NetcdfAttributes): 'float32' | 'float64' {
  const typeOf = (name: string): string | undefined => attributes[name]?.constructor.name;
  const [scale, offset] = [typeOf('scale_factor'), typeOf('add_offset')];
  const isWideInteger = isInteger(dtype) && layoutOf(dtype).bytes === 4;
  if (offset === undefined) return scale === 'Float32Array' ? 'float32' : 'float64';
  return scale === 'Float32Array' && offset === 'Float32Array' && !isWideInteger ? 'float32' : 'float64';
}
