/**
 * What values of GraphCast's variables can be on Earth, and what else people measure them in.
 *
 * Ranges are those of ERA5 from 1979 on, with room on both sides: what lies beyond is no weather. The height of a pressure
 * level is the standard atmosphere's, h = 44331 m (1 - (p / 1013.25)^0.1903), within what weather moves it by. The mean
 * precipitation of the globe is 2.7 to 3.1 mm a day (GPCP), whatever the day.
 * Source: ECMWF parameter database (units); ICAO standard atmosphere.
 */

/** A unit: canonical = x * scale + offset. */
export interface Unit {
  readonly name: string;
  readonly spellings: RegExp;
  readonly scale: number;
  readonly offset: number;
  /** Believed only where the file says it: its values look like those of other units too. */
  readonly whenStated?: boolean;
  /** What to do, where that is not a conversion. */
  readonly repair?: string;
}

/** Limits, in the canonical unit. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export interface Physical {
  readonly units: string;
  readonly spellings: RegExp;
  /** Limits of single values, at a pressure level (hPa) or at the surface (null). */
  readonly range: (level: number | null) => Range;
  /** Limits that the largest value must reach on the globe; tells units apart whose ranges overlap. */
  readonly reaches?: Range;
  /** Limits of the mean over globe and time. */
  readonly mean?: Range;
  readonly others: readonly Unit[];
}

const GRAVITY = 9.80665;
const between = (low: number, high: number) => (): Range => ({ low, high });
const unit = (name: string, spellings: RegExp, scale: number, offset = 0): Unit => ({ name, spellings, scale, offset });

const KELVIN = /^(k|kelvin|degrees? ?k(elvin)?)$/i;
const CELSIUS = unit('degrees Celsius', /^(°? ?c|deg(rees?)?[_ ]?c(elsius)?|celsius)$/i, 1, 273.15);
const FAHRENHEIT: Unit = {
  ...unit('degrees Fahrenheit', /^(°? ?f|deg(rees?)?[_ ]?f(ahrenheit)?)$/i, 5 / 9, 459.67 * (5 / 9)),
  whenStated: true,
};
const METRES_PER_SECOND = /^m(etres?|eters?)? ?(\/ ?s|s\*\*-1|s\^?-1|per second)$/i;
const KNOTS = unit('knots', /^(kn|kt|kts|knots?)$/i, 1852 / 3600);
const KILOMETRES_PER_HOUR = unit('km/h', /^km ?(\/ ?h(r|our)?|h\*\*-1|h\^?-1)$/i, 1 / 3.6);
const PASCAL = /^pa(scals?)?$/i;
const HECTOPASCAL = unit('hPa', /^(hpa|mb|mbar|millibars?|hectopascals?)$/i, 100);
const GEOPOTENTIAL = /^(m\*\*2 ?s\*\*-2|m\^?2 ?s\^?-2|m2 ?\/ ?s2|m\^2\/s\^2|j ?kg-1|j\/kg)$/i;
const METRES = unit('metres', /^(m|gpm|metres?|meters?|geopotential met(re|er)s?)$/i, GRAVITY);
const DECAMETRES = unit('decametres', /^(dam|gpdam|dagpm|decamet(re|er)s?)$/i, 10 * GRAVITY);
const RATIO = /^(kg ?kg\*\*-1|kg ?kg\^?-1|kg\/kg|1|dimensionless)$/i;
const GRAMS = unit('g/kg', /^(g ?kg\*\*-1|g ?kg\^?-1|g\/kg)$/i, 1e-3);

/** Height of a pressure level in the standard atmosphere, m; above 20 km the formula ends, and pressure falls by scale heights. */
function heightOf(level: number): number {
  const troposphere = (p: number): number => 44_331 * (1 - (p / 1013.25) ** 0.1903);
  return level >= 60 ? troposphere(level) : troposphere(60) + 7000 * Math.log(60 / level);
}

const wind = (most: number): Physical => ({
  units: 'm s-1',
  spellings: METRES_PER_SECOND,
  range: between(-most, most),
  others: [KNOTS, KILOMETRES_PER_HOUR],
});

const temperature = (low: number, high: number): Physical => ({
  units: 'K',
  spellings: KELVIN,
  range: between(low, high),
  others: [CELSIUS, FAHRENHEIT],
});

const pressure = (low: number, high: number): Physical => ({
  units: 'Pa',
  spellings: PASCAL,
  range: between(low, high),
  others: [HECTOPASCAL],
});

/** Precipitation summed over some hours. */
const precipitation = (hours: number): Physical => ({
  units: 'm',
  spellings: /^(m|metres?|meters?|m of water( equivalent)?)$/i,
  range: between(-1e-4, 0.2 * hours),
  mean: { low: (0.0015 * hours) / 24, high: (0.006 * hours) / 24 },
  others: [
    unit('mm', /^(mm|kg m\*\*-2|kg m\^?-2|kg\/m2|millimet(re|er)s?)$/i, 1e-3),
    ...(hours === 1
      ? []
      : [
          {
            ...unit('sums over 1 h', /^$/, hours),
            repair: `Sum the ${hours} hours that end with each frame; do not multiply by ${hours}.`,
          },
        ]),
  ],
});

/** By GraphCast's names. */
export const PHYSICAL: { readonly [variable: string]: Physical } = {
  temperature: temperature(140, 345),
  '2m_temperature': temperature(170, 340),
  sea_surface_temperature: temperature(265, 320),
  geopotential: {
    units: 'm2 s-2',
    spellings: GEOPOTENTIAL,
    range: (level) => {
      const height = level === null ? 0 : heightOf(level);
      const room = 900 + 0.13 * Math.max(height, 0);
      return { low: GRAVITY * (height - room), high: GRAVITY * (height + room) };
    },
    others: [METRES, DECAMETRES],
  },
  geopotential_at_surface: {
    units: 'm2 s-2',
    spellings: GEOPOTENTIAL,
    range: between(-7000, 90_000),
    reaches: { low: 12_000, high: 90_000 },
    others: [METRES],
  },
  u_component_of_wind: wind(220),
  v_component_of_wind: wind(220),
  '10m_u_component_of_wind': wind(100),
  '10m_v_component_of_wind': wind(100),
  vertical_velocity: {
    units: 'Pa s-1',
    spellings: /^pa ?(\/ ?s|s\*\*-1|s\^?-1)$/i,
    range: between(-60, 60),
    others: [unit('hPa/s', /^(hpa|mb) ?(\/ ?s|s\*\*-1|s\^?-1)$/i, 100)],
  },
  specific_humidity: {
    units: 'kg kg-1',
    spellings: RATIO,
    range: between(-1e-3, 0.045),
    others: [GRAMS],
  },
  mean_sea_level_pressure: pressure(85_000, 110_000),
  surface_pressure: pressure(40_000, 110_000),
  total_precipitation: precipitation(1),
  total_precipitation_6hr: precipitation(6),
  total_precipitation_12hr: precipitation(12),
  toa_incident_solar_radiation: {
    units: 'J m-2',
    spellings: /^(j ?m\*\*-2|j ?m\^?-2|j\/m2|j\/m\^2)$/i,
    range: between(-1, 5.2e6),
    reaches: { low: 2e6, high: 5.2e6 },
    others: [unit('W m-2', /^(w ?m\*\*-2|w ?m\^?-2|w\/m2|w\/m\^2)$/i, 3600)],
  },
  land_sea_mask: {
    units: '1',
    spellings: /^(1|\(0 ?- ?1\)|dimensionless|)$/i,
    range: between(-0.01, 1.01),
    others: [unit('%', /^(%|percent)$/i, 0.01)],
  },
};
