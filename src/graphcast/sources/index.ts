/** Where weather comes from. */
export { ERA5_HELD_OUT_MEMBERS, era5Dataset } from './era5.js';
export { BatchLoader, type LoaderOptions } from './loader.js';
export { readWeatherFile, type WeatherFile } from './netcdf.js';
export * as shallowWater from './shallow-water/index.js';
export { loadSource, type SourceOptions, type WeatherData } from './source.js';
export { type Split, splitMembers, splitTimes } from './split.js';
export { type OpenWeather, openWeather, type WeatherFileOptions, type WeatherVariable } from './weather.js';
