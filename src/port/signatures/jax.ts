/**
 * Signatures of jax, jax.random, jax.nn and what belongs to them.
 *
 * Written by test/oracle/signatures.py from the originals. The form is explained in src/port/signature.ts.
 */
export const jaxSignatures: Readonly<Record<string, string>> = {
  jax: `
Array() P(*) Ref(aval,refs) ShapeDtypeStruct(shape,dtype) Shard(device,sharding,global_shape|data)
allow_f16_reductions(|new_val) array_garbage_collection_guard(|new_val) auto_pcast(|new_val) block_until_ready(x)
check_tracer_leaks(|new_val) checking_leaks() checkpoint(fun) clear_caches() closure_convert(fun*)
copy_to_host_async(x) custom_gradient(fun) custom_jvp(fun|nondiff_argnums,nondiff_argnames)
custom_vjp(fun|nondiff_argnums,nondiff_argnames) debug_infs(|new_val) debug_key_reuse(|new_val) debug_nans(|new_val)
default_backend() default_device(|new_val) default_matmul_precision(|new_val) default_prng_impl(|new_val)
device_count(|backend) device_get(x) device_put(x|device) devices(|backend) disable_jit(|disable)
ds(start|size,stride) effects_barrier() empty_ref(ty|memory_space) enable_checks(|new_val)
enable_custom_prng(|new_val) enable_x64(|new_val) ensure_compile_time_eval() eval_shape(fun*)
explain_cache_misses(|new_val) free_ref(ref) freeze(ref) fwd_and_bwd(fun,argnums|has_aux,jitted)
grad(fun|argnums,has_aux,holomorphic,allow_int,reduce_axes) hessian(fun|argnums,has_aux,holomorphic)
host_count(|backend) host_id(|backend) host_ids(|backend) jacfwd(fun|argnums,has_aux,holomorphic)
jacobian(fun|argnums,has_aux,holomorphic,allow_int) jacrev(fun|argnums,has_aux,holomorphic,allow_int)
jax2tf_associative_scan_reductions(|new_val) jit(fun) jvp(fun,primals,tangents|has_aux) legacy_prng_key(|new_val)
linear_transpose(fun*) linearize(fun*) live_arrays(|platform) local_device_count(|backend)
local_devices(|process_index,backend,host_id) log_compiles(|new_val)
make_array_from_callback(shape,sharding,data_callback|dtype)
make_array_from_process_local_data(sharding,local_data|global_shape)
make_array_from_single_device_arrays(shape,sharding,arrays) make_jaxpr(fun|static_argnums,axis_env,return_shape)
make_mesh(axis_shapes,axis_names|axis_types) make_user_context(|default_value) named_call(fun) named_scope(name)
new_ref(init_val) no_execution(|new_val) no_tracing(|new_val) numpy_dtype_promotion(|new_val)
numpy_rank_promotion(|new_val) pmap(fun|axis_name) print_environment_info(|return_string) process_count(|backend)
process_index(|backend) process_indices(|backend) pure_callback(callback,result_shape_dtypes*) remat(fun)
remove_size_one_mesh_axis_from_type(|new_val) reshard(xs,out_shardings) set_mesh(mesh) shard_map(f,out_specs)
smap(f,out_axes,axis_name) softmax_custom_jvp(|new_val) thread_guard(|new_val) threefry_partitionable(|new_val)
transfer_guard(new_val) transfer_guard_device_to_device(|new_val) transfer_guard_device_to_host(|new_val)
transfer_guard_host_to_device(|new_val) typeof(x)
value_and_grad(fun|argnums,has_aux,holomorphic,allow_int,reduce_axes) vjp(fun*)
vmap(fun|in_axes,out_axes,axis_name,axis_size,spmd_axis_name,sum_match)
`,
  'jax.random': `
PRNGKey(seed) ball(key,d|p,shape,dtype) bernoulli(key|p,shape,mode) beta(key,a,b|shape,dtype)
binomial(key,n,p|shape,dtype) bits(key|shape,dtype) categorical(key,logits|axis,shape,replace,mode)
cauchy(key|shape,dtype) chisquare(key,df|shape,dtype) choice(key,a|shape,replace,p,axis,mode) clone(key)
dirichlet(key,alpha|shape,dtype) double_sided_maxwell(key,loc,scale|shape,dtype) exponential(key|shape,dtype)
f(key,dfnum,dfden|shape,dtype) fold_in(key,data) gamma(key,a|shape,dtype) generalized_normal(key,p|shape,dtype)
geometric(key,p|shape,dtype) gumbel(key|shape,dtype,mode) key(seed) key_data(keys) key_dtype(|impl_spec)
key_impl(keys) laplace(key|shape,dtype) loggamma(key,a|shape,dtype) logistic(key|shape,dtype)
lognormal(key|sigma,shape,dtype) maxwell(key|shape,dtype) multinomial(key,n,p)
multivariate_normal(key,mean,cov|shape,dtype,method) normal(key|shape,dtype) orthogonal(key,n|shape,dtype,m)
pareto(key,b|shape,dtype) permutation(key,x|axis,independent) poisson(key,lam|shape,dtype)
rademacher(key|shape,dtype) randint(key,shape,minval,maxval|dtype) rayleigh(key,scale|shape,dtype) split(key|num)
t(key,df|shape,dtype) triangular(key,left,mode,right|shape,dtype) truncated_normal(key,lower,upper|shape,dtype)
uniform(key|shape,dtype,minval,maxval) wald(key,mean|shape,dtype) weibull_min(key,scale,concentration|shape,dtype)
wrap_key_data(key_bits_array)
`,
  'jax.nn': `
celu(x|alpha) dot_product_attention(query,key,value|bias,mask) elu(x|alpha) gelu(x|approximate)
get_scaled_dot_general_config(mode|global_scale) glu(x|axis) hard_sigmoid(x) hard_silu(x) hard_swish(x) hard_tanh(x)
identity(x) leaky_relu(x|negative_slope) log1mexp(x) log_sigmoid(x) log_softmax(x|axis,where)
logmeanexp(x|axis,where,keepdims) logsumexp(a|axis,b,keepdims,return_sign,where) mish(x) one_hot(x,num_classes)
relu(x) relu6(x) scaled_dot_general(lhs,rhs,dimension_numbers|preferred_element_type,configs,implementation)
scaled_matmul(lhs,rhs,lhs_scales,rhs_scales|preferred_element_type) selu(x) sigmoid(x) silu(x) soft_sign(x)
softmax(x|axis,where) softplus(x) sparse_plus(x) sparse_sigmoid(x) squareplus(x|b)
standardize(x|axis,mean,variance,epsilon,where) swish(x) tanh(x)
`,
  'jax.nn.initializers': `
Initializer(*) constant(value|dtype) delta_orthogonal(|scale,column_axis,dtype)
glorot_normal(|in_axis,out_axis,batch_axis,dtype) glorot_uniform(|in_axis,out_axis,batch_axis,dtype)
he_normal(|in_axis,out_axis,batch_axis,dtype) he_uniform(|in_axis,out_axis,batch_axis,dtype)
kaiming_normal(|in_axis,out_axis,batch_axis,dtype) kaiming_uniform(|in_axis,out_axis,batch_axis,dtype)
lecun_normal(|in_axis,out_axis,batch_axis,dtype) lecun_uniform(|in_axis,out_axis,batch_axis,dtype)
normal(|stddev,dtype) ones(key,shape|dtype,out_sharding) orthogonal(|scale,column_axis,dtype)
truncated_normal(|stddev,dtype,lower,upper) uniform(|scale,dtype)
variance_scaling(scale,mode,distribution|in_axis,out_axis,batch_axis,dtype)
xavier_normal(|in_axis,out_axis,batch_axis,dtype) xavier_uniform(|in_axis,out_axis,batch_axis,dtype)
zeros(key,shape|dtype,out_sharding)
`,
  'jax.tree': `
all(tree) broadcast(prefix_tree,full_tree|is_leaf) flatten(tree|is_leaf)
flatten_with_path(tree|is_leaf,is_leaf_takes_path) leaves(tree|is_leaf)
leaves_with_path(tree|is_leaf,is_leaf_takes_path) map(f,tree*) map_with_path(f,tree*)
reduce(function,tree|initializer,is_leaf) reduce_associative(operation,tree) static() structure(tree|is_leaf)
transpose(outer_treedef,inner_treedef,pytree_to_transpose) unflatten(treedef,leaves)
`,
  'jax.tree_util': `
Partial(func*) all_leaves(iterable|is_leaf) flatten_one_level(tree) flatten_one_level_with_keys(tree)
is_tree_node(typ) keystr(keys) register_dataclass(nodetype|data_fields,meta_fields,drop_fields)
register_pytree_node(nodetype,flatten_func,unflatten_func|flatten_with_keys_func) register_pytree_node_class(cls)
register_pytree_with_keys(nodetype,flatten_with_keys,unflatten_func|flatten_func)
register_pytree_with_keys_class(cls) register_static(cls) tree_all(tree)
tree_broadcast(prefix_tree,full_tree|is_leaf) tree_flatten(tree|is_leaf)
tree_flatten_with_path(tree|is_leaf,is_leaf_takes_path) tree_leaves(tree|is_leaf)
tree_leaves_with_path(tree|is_leaf,is_leaf_takes_path) tree_map(f,tree*) tree_map_with_path(f,tree*)
tree_reduce(function,tree|initializer,is_leaf) tree_reduce_associative(operation,tree) tree_structure(tree|is_leaf)
tree_transpose(outer_treedef,inner_treedef,pytree_to_transpose) tree_unflatten(treedef,leaves)
treedef_children(treedef) treedef_is_leaf(treedef) treedef_tuple(treedefs)
`,
  'jax.ops': `
segment_max(data,segment_ids|num_segments,indices_are_sorted,unique_indices,bucket_size,mode,out_sharding)
segment_min(data,segment_ids|num_segments,indices_are_sorted,unique_indices,bucket_size,mode,out_sharding)
segment_prod(data,segment_ids|num_segments,indices_are_sorted,unique_indices,bucket_size,mode,out_sharding)
segment_sum(data,segment_ids|num_segments,indices_are_sorted,unique_indices,bucket_size,mode,out_sharding)
`,
  'jax.flatten_util': `
ravel_pytree(pytree)
`,
  'jax.dtypes': `
canonicalize_dtype(dtype|allow_extended_dtype) extended() finfo(dtype) iinfo(int_type) issubdtype(a,b)
itemsize_bits(dtype) prng_key() result_type(*) scalar_type_of(x)
`,
};
