/**
 * Signatures of jax.scipy.special, jax.scipy.linalg, jax.scipy.signal and what belongs to them.
 *
 * Written by test/oracle/signatures.py from the originals. The form is explained in src/port/signature.ts.
 */
export const scipySignatures: Readonly<Record<string, string>> = {
  'jax.scipy.special': `
bernoulli(n) bessel_jn(z,v) beta(a,b) betainc(a,b,x) betaln(a,b) boxcox(x,lmbda) boxcox1p(x,lmbda) comb(N,k)
dawsn(x) digamma(x) entr(x) erf(x) erfc(x) erfcx(x) erfinv(x) exp1(x) expi(x) expit(x) expn(n,x) factorial(n|exact)
fresnel(x) gamma(x) gammainc(a,x) gammaincc(a,x) gammaln(x) gammasgn(x) hyp1f1(a,b,x) hyp2f1(a,b,c,x) i0(x) i0e(x)
i1(x) i1e(x) kl_div(p,q) log_ndtr(x|series_order) log_softmax(x) loggamma(x) logit(x)
logsumexp(a|axis,b,keepdims,return_sign,where) multigammaln(a,d) ndtr(x) ndtri(p) owens_t(h,a) poch(z,m)
polygamma(n,x) rel_entr(p,q) sici(x) softmax(x) spence(x) sph_harm_y(n,m,theta,phi|diff_n,n_max) wofz(z)
xlog1py(x,y) xlogy(x,y) zeta(x|q)
`,
  'jax.scipy.linalg': `
block_diag(*) cho_factor(a|lower,overwrite_a,check_finite) cho_solve(c_and_lower,b|overwrite_b,check_finite)
cholesky(a|lower,overwrite_a,check_finite) circulant(c) companion(a) convolution_matrix(a,n|mode)
det(a|overwrite_a,check_finite) dft(n|scale)
eigh(a|b,lower,eigvals_only,overwrite_a,overwrite_b,turbo,eigvals,type,check_finite) eigh_tridiagonal(d,e) expm(A)
expm_frechet(A,E) fiedler(a) fiedler_companion(a) funm(A,func|disp) hadamard(n|dtype) hankel(c|r) helmert(n|full)
hessenberg(a) hilbert(n) inv(a|overwrite_a,check_finite) invhilbert(n) invpascal(n|kind) leslie(f,s)
lu(a|permute_l,overwrite_a,check_finite) lu_factor(a|overwrite_a,check_finite)
lu_solve(lu_and_piv,b|trans,overwrite_b,check_finite) pascal(n|kind) polar(a|side)
qr(a|overwrite_a,lwork,mode,pivoting,check_finite) qr_multiply(a,c|mode,pivoting,conjugate,overwrite_a,overwrite_c)
rsf2csf(T,Z|check_finite) schur(a|output) solve(a,b|lower,overwrite_a,overwrite_b,debug,check_finite,assume_a)
solve_sylvester(A,B,C) solve_triangular(a,b|trans,lower,unit_diagonal,overwrite_b,debug,check_finite)
sqrtm(A|blocksize) svd(a|full_matrices,compute_uv,overwrite_a,check_finite,lapack_driver) toeplitz(c|r)
`,
  'jax.scipy.signal': `
convolve(in1,in2|mode,method,precision) convolve2d(in1,in2|mode,boundary,fillvalue,precision)
correlate(in1,in2|mode,method,precision) correlate2d(in1,in2|mode,boundary,fillvalue,precision)
csd(x,y|fs,window,nperseg,noverlap,nfft,detrend,return_onesided,scaling,axis,average)
detrend(data|axis,type,bp,overwrite_data) fftconvolve(in1,in2|mode,axes)
istft(Zxx|fs,window,nperseg,noverlap,nfft,input_onesided,boundary,time_axis,freq_axis)
stft(x|fs,window,nperseg,noverlap,nfft,detrend,return_onesided,boundary,padded,axis)
welch(x|fs,window,nperseg,noverlap,nfft,detrend,return_onesided,scaling,axis,average)
`,
  'jax.scipy.ndimage': `
map_coordinates(input,coordinates,order|mode,cval)
`,
};
