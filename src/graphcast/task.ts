/**
 * What a model is trained on and how big it is: the variables, pressure levels, and the sizes of the network.
 *
 * Source: DeepMind's graphcast: `TaskConfig`, `ModelConfig` and the constants beside them; Lam et al., "Learning
 * skillful medium-range global weather forecasting", Science 382, 2023.
 */

/** The inputs and targets of a model. */
export interface TaskConfig {
  readonly inputVariables: readonly string[];
  /** Variables that the model predicts. */
  readonly targetVariables: readonly string[];
  /** Variables known for the target times beforehand: the sun, the calendar. */
  readonly forcingVariables: readonly string[];
  /** Pressure levels of the atmospheric variables, hPa. */
  readonly pressureLevels: readonly number[];
  /** How much of the past is input, e.g. `12h`. */
  readonly inputDuration: string;
}

/** The architecture of the network. */
export interface ModelConfig {
  /** Resolution of the data, degrees; 0 when it does not matter. */
  readonly resolution: number;
  /** How often the icosahedron is refined. */
  readonly meshSize: number;
  /** Width of all latent vectors. */
  readonly latentSize: number;
  /** Rounds of message passing on the mesh. */
  readonly gnnMsgSteps: number;
  /** Hidden layers of each MLP. */
  readonly hiddenLayers: number;
  /** Radius within which grid points send to a mesh node, as a fraction of the longest edge of the finest mesh. */
  readonly radiusQueryFractionEdgeLength: number;
  /** What mesh-to-grid edge lengths are divided by; null for the longest of them. */
  readonly mesh2gridEdgeNormalizationFactor?: number | null;
}

/** The 37 pressure levels of ERA5, hPa. */
export const PRESSURE_LEVELS_ERA5_37 = [
  1, 2, 3, 5, 7, 10, 20, 30, 50, 70, 100, 125, 150, 175, 200, 225, 250, 300, 350, 400, 450, 500, 550, 600, 650, 700,
  750, 775, 800, 825, 850, 875, 900, 925, 950, 975, 1000,
] as const;

/** The 25 pressure levels of ECMWF's HRES, hPa. */
export const PRESSURE_LEVELS_HRES_25 = [
  1, 2, 3, 5, 7, 10, 20, 30, 50, 70, 100, 150, 200, 250, 300, 400, 500, 600, 700, 800, 850, 900, 925, 950, 1000,
] as const;

/** The 13 pressure levels of WeatherBench, hPa. */
export const PRESSURE_LEVELS_WEATHERBENCH_13 = [
  50, 100, 150, 200, 250, 300, 400, 500, 600, 700, 850, 925, 1000,
] as const;

/** Level sets by their number. */
export const PRESSURE_LEVELS = {
  13: PRESSURE_LEVELS_WEATHERBENCH_13,
  25: PRESSURE_LEVELS_HRES_25,
  37: PRESSURE_LEVELS_ERA5_37,
} as const;

/** Variables that have a value on every pressure level. */
export const ALL_ATMOSPHERIC_VARS = [
  'potential_vorticity',
  'specific_rain_water_content',
  'specific_snow_water_content',
  'geopotential',
  'temperature',
  'u_component_of_wind',
  'v_component_of_wind',
  'specific_humidity',
  'vertical_velocity',
  'vorticity',
  'divergence',
  'relative_humidity',
  'ozone_mass_mixing_ratio',
  'specific_cloud_liquid_water_content',
  'specific_cloud_ice_water_content',
  'fraction_of_cloud_cover',
] as const;

export const TARGET_SURFACE_VARS = [
  '2m_temperature',
  'mean_sea_level_pressure',
  '10m_v_component_of_wind',
  '10m_u_component_of_wind',
  'total_precipitation_6hr',
] as const;

export const TARGET_SURFACE_NO_PRECIP_VARS = [
  '2m_temperature',
  'mean_sea_level_pressure',
  '10m_v_component_of_wind',
  '10m_u_component_of_wind',
] as const;

export const TARGET_ATMOSPHERIC_VARS = [
  'temperature',
  'geopotential',
  'u_component_of_wind',
  'v_component_of_wind',
  'vertical_velocity',
  'specific_humidity',
] as const;

export const TARGET_ATMOSPHERIC_NO_W_VARS = [
  'temperature',
  'geopotential',
  'u_component_of_wind',
  'v_component_of_wind',
  'specific_humidity',
] as const;

export const EXTERNAL_FORCING_VARS = ['toa_incident_solar_radiation'] as const;

export const GENERATED_FORCING_VARS = [
  'year_progress_sin',
  'year_progress_cos',
  'day_progress_sin',
  'day_progress_cos',
] as const;

export const FORCING_VARS = [...EXTERNAL_FORCING_VARS, ...GENERATED_FORCING_VARS] as const;

export const STATIC_VARS = ['geopotential_at_surface', 'land_sea_mask'] as const;

/** The task of the published 0.25 degree, 37 level model. */
export const TASK: TaskConfig = {
  inputVariables: [...TARGET_SURFACE_VARS, ...TARGET_ATMOSPHERIC_VARS, ...FORCING_VARS, ...STATIC_VARS],
  targetVariables: [...TARGET_SURFACE_VARS, ...TARGET_ATMOSPHERIC_VARS],
  forcingVariables: FORCING_VARS,
  pressureLevels: PRESSURE_LEVELS_ERA5_37,
  inputDuration: '12h',
};

/** The task of the small, 1 degree, 13 level model. */
export const TASK_13: TaskConfig = { ...TASK, pressureLevels: PRESSURE_LEVELS_WEATHERBENCH_13 };

/** The task of the operational model, which predicts precipitation but does not read it. */
export const TASK_13_PRECIP_OUT: TaskConfig = {
  ...TASK_13,
  inputVariables: [...TARGET_SURFACE_NO_PRECIP_VARS, ...TARGET_ATMOSPHERIC_VARS, ...FORCING_VARS, ...STATIC_VARS],
};
