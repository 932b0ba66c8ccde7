/**
 * What GraphCast calls a variable that a file calls something else.
 *
 * ECMWF's short names come first: they are the same in GRIB and in every NetCDF made from it, and tell the 2 m
 * temperature (`2t`, `t2m`) from that of a pressure level (`t`), which CF's standard names do not. Source: the ECMWF
 * parameter database; CF Standard Name Table; `ALL_ATMOSPHERIC_VARS` and the others in task.ts.
 */
import type { NetcdfVariable } from '../../io/netcdf.js';

/** Names on pressure levels: short names, then CF's standard names. */
const ATMOSPHERIC: { readonly [name: string]: string } = {
  t: 'temperature',
  z: 'geopotential',
  u: 'u_component_of_wind',
  v: 'v_component_of_wind',
  w: 'vertical_velocity',
  q: 'specific_humidity',
  r: 'relative_humidity',
  pv: 'potential_vorticity',
  vo: 'vorticity',
  d: 'divergence',
  o3: 'ozone_mass_mixing_ratio',
  clwc: 'specific_cloud_liquid_water_content',
  ciwc: 'specific_cloud_ice_water_content',
  crwc: 'specific_rain_water_content',
  cswc: 'specific_snow_water_content',
  cc: 'fraction_of_cloud_cover',
  air_temperature: 'temperature',
  geopotential: 'geopotential',
  eastward_wind: 'u_component_of_wind',
  northward_wind: 'v_component_of_wind',
  lagrangian_tendency_of_air_pressure: 'vertical_velocity',
  specific_humidity: 'specific_humidity',
  relative_humidity: 'relative_humidity',
};

/** Short names at the surface. */
const SURFACE: { readonly [name: string]: string } = {
  t2m: '2m_temperature',
  '2t': '2m_temperature',
  u10: '10m_u_component_of_wind',
  '10u': '10m_u_component_of_wind',
  v10: '10m_v_component_of_wind',
  '10v': '10m_v_component_of_wind',
  msl: 'mean_sea_level_pressure',
  sp: 'surface_pressure',
  sst: 'sea_surface_temperature',
  tisr: 'toa_incident_solar_radiation',
  lsm: 'land_sea_mask',
  tp: 'total_precipitation',
  z: 'geopotential_at_surface',
};

/** The name that GraphCast gives a variable; its own where GraphCast has none. */
export function canonicalName(variable: NetcdfVariable, onLevels: boolean): string {
  const { name, attributes } = variable;
  const known = onLevels ? ATMOSPHERIC : SURFACE;
  const attribute = (key: string): string => (typeof attributes[key] === 'string' ? (attributes[key] as string) : '');
  const candidates = [name, attribute('GRIB_shortName'), ...(onLevels ? [attribute('standard_name')] : [])];
  for (const candidate of candidates) if (Object.hasOwn(known, candidate)) return known[candidate];
  return name;
}
