import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgument } from '../../src/error/error.js';
import { NotAClosedSurface } from '../../src/error/graphcast.js';
import {
  gridLatLonToCoordinates,
  inMeshTriangleIndices,
  radiusQueryIndices,
} from '../../src/graphcast/grid-mesh-connectivity.js';
import { getHierarchyOfTriangularMeshesForSphere, mergeMeshes } from '../../src/graphcast/icosahedral-mesh.js';
import { maxAbsDifference } from '../helpers/closeness.js';
import { describeGolden } from '../helpers/golden.js';
import { readGoldenGraph } from './graph.js';

const meshes = getHierarchyOfTriangularMeshesForSphere(3);
const latitudes = fc.array(fc.double({ min: -90, max: 90, noNaN: true }), { minLength: 1, maxLength: 6 });
const longitudes = fc.array(fc.double({ min: 0, max: 360, noNaN: true }), { minLength: 1, maxLength: 6 });
const grids = fc
  .record({ gridLatitude: latitudes, gridLongitude: longitudes, splits: fc.nat(3) })
  .map(({ gridLatitude, gridLongitude, splits }) => ({
    gridLatitude: Float64Array.from(gridLatitude),
    gridLongitude: Float64Array.from(gridLongitude),
    mesh: meshes[splits],
  }));

describe('a grid in space', () => {
  it('has latitude rows of unit vectors, z to the north and x to longitude 0', () => {
    const h = Math.SQRT1_2;
    const positions = gridLatLonToCoordinates(Float64Array.of(-45, 0, 45), Float64Array.of(0, 90, 180, 270));
    const expected = [-h, 0, h].flatMap((z) => {
      const r = Math.sqrt(1 - z * z);
      return [r, 0, z, 0, r, z, -r, 0, z, 0, -r, z];
    });
    expect(maxAbsDifference(positions, expected)).toBeLessThan(1e-15);
  });

  it('rounds to float32 where its coordinates are float32', () => {
    expect(gridLatLonToCoordinates(Float32Array.of(30), Float32Array.of(60))).toBeInstanceOf(Float32Array);
  });
});

describe('a radius query', () => {
  it('finds exactly the pairs within the radius, grouped by grid point, mesh indices ascending', () => {
    fc.assert(
      fc.property(grids, fc.double({ min: 0.01, max: 2.5, noNaN: true }), (grid, radius) => {
        const positions = gridLatLonToCoordinates(grid.gridLatitude, grid.gridLongitude);
        const { vertices } = grid.mesh;
        const expected: [number[], number[]] = [[], []];
        for (let i = 0; i < positions.length; i += 3) {
          for (let j = 0; j < vertices.length; j += 3) {
            const dx = vertices[j] - positions[i];
            const dy = vertices[j + 1] - positions[i + 1];
            const dz = vertices[j + 2] - positions[i + 2];
            if (dx * dx + dy * dy + dz * dz <= radius * radius) {
              expected[0].push(i / 3);
              expected[1].push(j / 3);
            }
          }
        }
        const [gridIndices, meshIndices] = radiusQueryIndices({ ...grid, radius });
        expect(maxAbsDifference(gridIndices, expected[0])).toBe(0);
        expect(maxAbsDifference(meshIndices, expected[1])).toBe(0);
      }),
    );
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a radius of %f', (radius) => {
    const grid = { gridLatitude: Float64Array.of(0), gridLongitude: Float64Array.of(0), mesh: meshes[0] };
    expect(() => radiusQueryIndices({ ...grid, radius })).toThrow(InvalidArgument);
  });
});

describe('the triangles under a grid', () => {
  it('give every grid point exactly three edges, to the corners of one face', () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const [gridIndices, meshIndices] = inMeshTriangleIndices(grid);
        const numPoints = grid.gridLatitude.length * grid.gridLongitude.length;
        expect([...gridIndices]).toEqual(Array.from({ length: 3 * numPoints }, (_, e) => Math.floor(e / 3)));
        const faces = new Set<string>();
        for (let f = 0; f < grid.mesh.faces.length; f += 3) faces.add(grid.mesh.faces.subarray(f, f + 3).join());
        for (let e = 0; e < meshIndices.length; e += 3) {
          expect(faces.has(meshIndices.subarray(e, e + 3).join())).toBe(true);
        }
      }),
    );
  });

  it('do not depend on the order in which the grid is walked', () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const [, forwards] = inMeshTriangleIndices(grid);
        const reversed = {
          gridLatitude: grid.gridLatitude.toReversed(),
          gridLongitude: grid.gridLongitude.toReversed(),
        };
        const [, backwards] = inMeshTriangleIndices({ ...reversed, mesh: grid.mesh });
        for (let e = 0; e < forwards.length; e += 3) {
          const mirrored = forwards.length - 3 - e;
          expect(backwards.subarray(mirrored, mirrored + 3)).toEqual(forwards.subarray(e, e + 3));
        }
      }),
    );
  });

  it('cannot be found on merged meshes, nor on a mesh with a hole, nor inside out', () => {
    const grid = { gridLatitude: Float64Array.of(0), gridLongitude: Float64Array.of(0) };
    const { vertices, faces } = meshes[1];
    expect(() => inMeshTriangleIndices({ ...grid, mesh: mergeMeshes(meshes) })).toThrow(/make no sphere/);
    const doubled = { vertices, faces: Int32Array.of(...faces, ...faces) };
    expect(() => inMeshTriangleIndices({ ...grid, mesh: doubled })).toThrow(NotAClosedSurface);
    expect(() => inMeshTriangleIndices({ ...grid, mesh: { vertices, faces: faces.slice(3) } })).toThrow(
      /no face beyond/,
    );
    const insideOut = { vertices, faces: faces.toReversed() };
    expect(() => inMeshTriangleIndices({ ...grid, mesh: insideOut })).toThrow(/does not look away/);
  });
});

describeGolden("DeepMind's grid_mesh_connectivity", async () => {
  describe.each(['case_a', 'case_b'] as const)('on the grid of %s', async (name) => {
    const { arrays, ...grid } = await readGoldenGraph(name);

    it('joins the same grid points and mesh nodes within the radius', () => {
      const pairs = (senders: ArrayLike<number>, receivers: ArrayLike<number>): string[] =>
        Array.from(senders, (sender, e) => `${sender}-${receivers[e]}`).sort();
      expect(pairs(...radiusQueryIndices(grid))).toEqual(
        pairs(arrays.grid2mesh_senders.data, arrays.grid2mesh_receivers.data),
      );
    });

    it('finds the same triangle under every grid point that lies over one only', () => {
      const [gridIndices, meshIndices] = inMeshTriangleIndices(grid);
      expect([...gridIndices]).toEqual([...arrays.mesh2grid_receivers.data]);
      const differing = [...new Set(gridIndices)].filter(
        (point) =>
          !arrays.mesh2grid_ambiguous.data[point] &&
          [0, 1, 2].some((k) => meshIndices[3 * point + k] !== arrays.mesh2grid_senders.data[3 * point + k]),
      );
      expect(differing).toEqual([]);
    });
  });
});
