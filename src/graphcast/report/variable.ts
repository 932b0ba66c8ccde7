/**
 * The names and units of the variables that GraphCast knows (ERA5's own, as its data files carry them).
 */
import { unitText } from './number-text.js';
import type { VariableFacts } from './report-data.js';

const known: Readonly<Record<string, VariableFacts>> = {
  geopotential: { label: 'Geopotential', units: 'm2 s-2' },
  temperature: { label: 'Temperature', units: 'K' },
  u_component_of_wind: { label: 'Eastward wind', units: 'm s-1' },
  v_component_of_wind: { label: 'Northward wind', units: 'm s-1' },
  vertical_velocity: { label: 'Vertical velocity', units: 'Pa s-1' },
  specific_humidity: { label: 'Specific humidity', units: 'kg kg-1' },
  '2m_temperature': { label: 'Temperature at 2 m', units: 'K' },
  '10m_u_component_of_wind': { label: 'Eastward wind at 10 m', units: 'm s-1' },
  '10m_v_component_of_wind': { label: 'Northward wind at 10 m', units: 'm s-1' },
  mean_sea_level_pressure: { label: 'Mean sea level pressure', units: 'Pa' },
  total_precipitation_6hr: { label: 'Precipitation in 6 h', units: 'm' },
  total_precipitation_12hr: { label: 'Precipitation in 12 h', units: 'm' },
  toa_incident_solar_radiation: { label: 'Incident solar radiation', units: 'J m-2' },
};

/** How a variable is called and measured; one that nobody described is called by its own name and has no unit. */
export function variableFacts(
  variable: string,
  described: Readonly<Record<string, VariableFacts>> = {},
): { readonly label: string; readonly units: string } {
  const facts = described[variable] ?? known[variable] ?? { label: variable.replace(/_/g, ' '), units: '' };
  return { label: facts.label, units: unitText(facts.units) };
}

/** A pressure level in words; empty for a variable without levels. */
export const levelText = (level: number | null): string => (level === null ? '' : `${level}\u00a0hPa`);
